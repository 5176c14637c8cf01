import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import jdk.net.ExtendedSocketOptions;

/**
 * Talk server|client|nio-server|nio-client PORT: a server greets with `ready`, a client prints it; both stay.
 * They ask for keepalive of their own: the policy has to win over it.
 */
class Talk {
    public static void main(String[] args) throws Exception {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[1]));
        switch (args[0]) {
            case "server" -> server(address);
            case "client" -> client(address);
            case "nio-server" -> nioServer(address);
            case "nio-client" -> nioClient(address);
        }
        Thread.sleep(60_000);
    }

    static void server(InetSocketAddress address) throws Exception {
        var connection = new ServerSocket(address.getPort(), 5, address.getAddress()).accept();
        connection.setKeepAlive(true);
        connection.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, 1000);
        connection.getOutputStream().write("ready\n".getBytes());
        Thread.sleep(60_000);
    }

    static void client(InetSocketAddress address) throws Exception {
        var connection = new Socket(address.getAddress(), address.getPort());
        connection.setKeepAlive(true);
        connection.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, 1000);
        System.out.println(new BufferedReader(new InputStreamReader(connection.getInputStream())).readLine());
        Thread.sleep(60_000);
    }

    static void nioServer(InetSocketAddress address) throws Exception {
        var selector = Selector.open();
        var listener = ServerSocketChannel.open().bind(address);
        listener.configureBlocking(false).register(selector, SelectionKey.OP_ACCEPT);
        selector.select();
        var connection = listener.accept();
        connection.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        connection.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, 1000);
        connection.write(ByteBuffer.wrap("ready\n".getBytes()));
        Thread.sleep(60_000);
    }

    static void nioClient(InetSocketAddress address) throws Exception {
        var selector = Selector.open();
        var connection = SocketChannel.open();
        connection.configureBlocking(false);
        connection.connect(address);
        connection.register(selector, SelectionKey.OP_CONNECT);
        selector.select();
        connection.finishConnect();
        connection.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        selector.close();
        connection.configureBlocking(true);
        var text = ByteBuffer.allocate(16);
        connection.read(text);
        System.out.print(new String(text.array(), 0, text.position()));
        Thread.sleep(60_000);
    }
}
