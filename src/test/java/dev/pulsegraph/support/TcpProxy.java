package dev.pulsegraph.support;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Stands before a server, and can make it look stopped or vanished. */
public final class TcpProxy implements AutoCloseable {
    private enum Mode {
        PASS,
        REFUSE,
        SWALLOW
    }

    private final ServerSocket listener;
    private final String host;
    private final int target;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile Mode mode = Mode.PASS;

    private TcpProxy(String host, int target) throws IOException {
        this.host = host;
        this.target = target;
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    public static TcpProxy to(String host, int port) throws IOException {
        var proxy = new TcpProxy(host, port);
        Thread.ofVirtual().start(proxy::accept);
        return proxy;
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** From now on as if it were not there. Connections that were swallowed are gone. */
    public void pass() {
        mode = Mode.PASS;
        closeAll();
    }

    /** Breaks all connections, and any new one. */
    public void refuse() {
        mode = Mode.REFUSE;
        closeAll();
    }

    /** Keeps connections and takes new ones, but nothing that is sent arrives. */
    public void swallow() {
        mode = Mode.SWALLOW;
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                if (mode == Mode.REFUSE) {
                    client.close();
                } else {
                    open.add(client);
                    if (mode == Mode.PASS) {
                        connect(client);
                    }
                }
            } catch (IOException ended) {
                // closed, or the server behind is not there
            }
        }
    }

    private void connect(Socket client) throws IOException {
        Socket server = new Socket(host, target);
        open.add(server);
        Thread.ofVirtual().start(() -> copy(client, server));
        Thread.ofVirtual().start(() -> copy(server, client));
    }

    private void copy(Socket from, Socket to) {
        byte[] buffer = new byte[16 * 1024];
        try (from;
                to) {
            for (int read = from.getInputStream().read(buffer);
                    read >= 0;
                    read = from.getInputStream().read(buffer)) {
                if (mode == Mode.PASS) {
                    to.getOutputStream().write(buffer, 0, read);
                    to.getOutputStream().flush();
                }
            }
        } catch (IOException broken) {
            // closed by either side
        } finally {
            open.remove(from);
            open.remove(to);
        }
    }

    private void closeAll() {
        for (Socket socket : Set.copyOf(open)) {
            try {
                socket.close();
            } catch (IOException alreadyGone) {
                // it is what was wanted
            }
            open.remove(socket);
        }
    }

    @Override
    public void close() {
        mode = Mode.REFUSE;
        try {
            listener.close();
        } catch (IOException alreadyGone) {
            // it is what was wanted
        }
        closeAll();
    }
}
