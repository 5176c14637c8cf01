# talk.pl server|client PORT, or talk.pl inherited DESCRIPTOR: a server greets with `ready`, a client prints
# it; both stay. `inherited` serves on a listener that was handed over.
use strict;
use warnings;
use IO::Socket::INET;

my ($role, $number) = @ARGV;
$| = 1;
if ($role eq 'client') {
    my $connection = IO::Socket::INET->new("127.0.0.1:$number") or die "cannot connect: $!";
    print scalar <$connection>;
    sleep 60;
}
my $listener =
    $role eq 'inherited'
    ? IO::Socket::INET->new_from_fd($number, 'r+')
    : IO::Socket::INET->new(LocalAddr => "127.0.0.1:$number", Listen => 5, ReuseAddr => 1);
die "cannot listen: $!" unless $listener;
my $connection = $listener->accept;
print $connection "ready\n";
sleep 60;
