#!/usr/bin/perl
# Stands before each external command of a script under test, by symbolic links of their names: counts its calls, and makes one of
# them fail. Environment: FAULT_CALLS, a folder: a file NAME.N for each call; FAULT_CALL: which, as NAME.N or NAME (all); FAULT_HOW:
#   fail      it does nothing, and exits with 1        missing   it is not there
#   killed    it does its work, and is killed then     late      it does its work, and exits with 1
# One that becomes another program does that in no other process: those are killed before.
use strict;
use warnings;
use Fcntl;

my ($name) = $0 =~ m{([^/]+)$};
my ($real) = grep { -x } map { "$_/$name" } qw(/usr/local/sbin /usr/local/bin /usr/sbin /usr/bin /sbin /bin);
my ($calls, $call, $how) = map { $ENV{"FAULT_$_"} // '' } qw(CALLS CALL HOW);
exec { $real } $name, @ARGV if $calls eq '';

my ($file, $number) = (undef, 1);
$number++ until sysopen($file, "$calls/$name.$number", O_WRONLY | O_CREAT | O_EXCL) or $number > 500;
syswrite $file, "@ARGV\n" if $number <= 500;
close $file if $number <= 500;
if ($call eq $name && $how eq 'missing') {
  print STDERR "$name: command not found\n";
  exit 127;
}
if ($call eq "$name.$number") {
  exit 1 if $how eq 'fail';
  kill 'KILL', $$ if $name =~ /^(bash|env|flock|nsenter|prlimit|script|setpriv|setsid|timeout|unshare)$/;
  system { $real } $name, @ARGV;
  exit 1 if $how eq 'late';
  kill 'KILL', $$;
}
exec { $real } $name, @ARGV;
