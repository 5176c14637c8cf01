{ A server and its client in one program; their connection stays open until the input ends. With -dTHREADS the
  C library is linked in (cthreads) and the client runs in a thread. }
program talk;

uses
  {$ifdef THREADS} cthreads, {$endif} sockets, baseunix;

var
  address: TInetSockAddr;
  length: TSockLen;
  listener, accepted: longint;

function ConnectToIt(parameter: pointer): ptrint;
var
  client: longint;
begin
  client := fpSocket(AF_INET, SOCK_STREAM, 0);
  if fpConnect(client, @address, length) <> 0 then
    halt(1);
  ConnectToIt := 0;
end;

begin
  listener := fpSocket(AF_INET, SOCK_STREAM, 0);
  address.sin_family := AF_INET;
  address.sin_port := 0;
  address.sin_addr.s_addr := htonl($7f000001);
  length := sizeof(address);
  if (fpBind(listener, @address, length) <> 0) or (fpListen(listener, 8) <> 0) then
    halt(1);
  fpGetSockName(listener, @address, @length);
  {$ifdef THREADS}
  BeginThread(@ConnectToIt, nil);
  {$else}
  ConnectToIt(nil);
  {$endif}
  accepted := fpAccept(listener, nil, nil);
  if accepted < 0 then
    halt(1);
  writeln('ready');
  flush(output);
  while not eof(input) do
    readln;
  halt(7);
end.
