// talk.js server|client PORT: the server greets with `ready`, the client prints it; both stay. Both ask for
// keepalive of their own: the policy has to win over it.
const net = require('net');
const [role, port] = [process.argv[2], Number(process.argv[3])];

if (role === 'server') {
    net.createServer((connection) => {
        connection.setKeepAlive(true, 1000000);
        connection.write('ready\n');
    }).listen(port, '::1');
} else {
    const connection = net.connect(port, '::1', () => connection.setKeepAlive(true, 1000000));
    connection.on('data', (text) => process.stdout.write(text));
}
