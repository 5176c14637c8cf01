// A net/http server and its client in one program; both keep their connection open until the input ends. With an
// address as argument it is that server's client only.
package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
)

func main() {
	address := ""
	if len(os.Args) > 1 {
		address = os.Args[1]
	} else {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			panic(err)
		}
		go http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "hello") }))
		address = listener.Addr().String()
	}
	answer, err := http.Get("http://" + address)
	if err != nil {
		panic(err)
	}
	io.Copy(io.Discard, answer.Body)
	answer.Body.Close()
	fmt.Println("ready")
	io.Copy(io.Discard, os.Stdin)
	os.Exit(7)
}
