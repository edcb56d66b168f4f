"""Programs that mean harm, each with the outcome that it must have. What they attack is never there to be harmed."""

from dataclasses import dataclass

import pyseccomp

MARK = "hostile-48151623"
CANARY = "canary-of-the-host"
PREAMBLE = """\
import ctypes, os, resource, signal, socket, struct, subprocess, sys, threading, time
libc = ctypes.CDLL(None, use_errno=True)
def call(number, *arguments):
    result = libc.syscall(number, *arguments)
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result
def connect(family, kind, address):
    with socket.socket(family, kind) as one:
        one.settimeout(3)
        one.connect(address)
        one.send(b"x")
"""


def number(name: str) -> int:
    """The number of a system call on this machine."""
    found: int = pyseccomp.resolve_syscall(pyseccomp.Arch.NATIVE, name)
    return found


@dataclass(frozen=True)
class Hostile:
    """A program and its outcome: how it ends, and the last line that it says on stderr, or else on stdout."""

    code: str
    says: str | None = ""
    ending: str = "exited"
    exit_code: int | None = 0
    seconds: float = 30


def stopped(ending: str, code: str, seconds: float = 30) -> Hostile:
    """One that verify must stop."""
    return Hostile(code, ANYTHING, ending=ending, exit_code=None, seconds=seconds)


def refused(code: str, says: str | None) -> Hostile:
    """One that is refused what it asks for, and ends of it."""
    return Hostile(code, says, exit_code=1)


ANYTHING = None  # kernels differ in what they say
NOT_PERMITTED = "PermissionError: [Errno 1] Operation not permitted"
DENIED = "PermissionError: [Errno 13] Permission denied"
READ_ONLY = "OSError: [Errno 30] Read-only file system"
NO_SPACE = "OSError: [Errno 28] No space left on device"
BUSY = "BlockingIOError: [Errno 11] Resource temporarily unavailable"
UNREACHABLE = "OSError: [Errno 101] Network is unreachable"
REFUSED = "ConnectionRefusedError: [Errno 111] Connection refused"
NO_FAMILY = "OSError: [Errno 97] Address family not supported by protocol"

TIME = {
    "endless loop": stopped("timed-out", "while True: pass", 1),
    "ignores SIGTERM": stopped("timed-out", "signal.signal(15, signal.SIG_IGN)\ntime.sleep(60)", 1),
    "stops itself": stopped("timed-out", "os.kill(os.getpid(), signal.SIGSTOP)", 1),
    "stops its parent": stopped("timed-out", "os.kill(1, signal.SIGSTOP)\ntime.sleep(60)", 1),
    "fork bomb": stopped("timed-out", "while True:\n    try: os.fork()\n    except OSError: time.sleep(0.1)", 2),
    "zombies": refused("while True:\n    if os.fork() == 0: os._exit(0)", BUSY),
    "threads": refused(
        "while True: threading.Thread(target=time.sleep, args=(60,), daemon=True).start()",
        "RuntimeError: can't start new thread",
    ),
    "daemon left behind": Hostile(
        "if os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n        os.closerange(0, 100)\n"
        "        time.sleep(60)\n    os._exit(0)"
    ),
    "holds its output open": Hostile("if os.fork() == 0: os.setsid(), time.sleep(60)"),
}
SPACE = {
    "10 GB": refused("b'x' * 10**10", "MemoryError"),
    "10 GB in four children": Hostile(
        "children = []\nfor _ in range(4):\n    child = os.fork()\n    if not child: b'x' * 10**10\n"
        "    children.append(child)\nprint([os.waitpid(child, 0)[1] >> 8 for child in children])",
        "MemoryError",
    ),
    "3 GB in four children": stopped(
        "over-memory", "for _ in range(2): os.fork()\nx = b'x' * 800_000_000\ntime.sleep(60)"
    ),
    "3 GB shared": stopped(
        "over-memory",
        "import mmap\nx = mmap.mmap(-1, 3 * 2**30)\nfor at in range(0, 3 * 2**30, 4096): x[at] = 1\ntime.sleep(60)",
    ),
    "what was sent and is not received": stopped(
        "over-memory",
        "for _ in range(2): os.fork()\nkept = []\nwhile len(kept) < 2000:\n"
        "    try: kept += socket.socketpair()\n    except OSError: break\n"
        "    kept[-1].setblocking(False)\n    try:\n        while True: kept[-1].send(b'x' * 65536)\n"
        "    except BlockingIOError: pass\ntime.sleep(60)",
    ),
    "1 GB of output": stopped("over-output", "for _ in range(1000): print('x' * 10**6)"),
    "1 GB of output on stderr": stopped("over-output", "for _ in range(1000): sys.stderr.write('x' * 10**6)"),
    **{
        f"fills {folder}": refused(
            f"with open('{folder}/{MARK}', 'wb') as file:\n    while True: file.write(b'x' * 10**6)", NO_SPACE
        )
        for folder in ("/tmp", "/home/user", "/dev/shm", "/app")
    },
    "swallows a full disk": Hostile(
        f"try:\n    with open('/tmp/{MARK}', 'wb') as file:\n        while True: file.write(b'x' * 10**6)\n"
        "except OSError as error: print(error)",
        "[Errno 28] No space left on device",
    ),
    "a file larger than any": refused(
        f"os.posix_fallocate(os.open('/tmp/{MARK}', os.O_CREAT | os.O_RDWR), 0, 10**12)",
        "OSError: [Errno 27] File too large",
    ),
    "100,000 empty files": stopped("disk-full", "for one in range(10**5): open(f'/tmp/{one}', 'w').close()"),
    "300,000 empty files": stopped(
        "disk-full",
        "for one in range(3 * 10**5): open(('/tmp', '/app', '/dev/shm')[one % 3] + f'/{one}', 'w').close()\n"
        "time.sleep(60)",
    ),
    "endless folders": stopped("disk-full", "while True:\n    os.mkdir('d')\n    os.chdir('d')"),
    "deep folders": Hostile("for _ in range(5000):\n    os.mkdir('d')\n    os.chdir('d')\nprint('deep')", "deep"),
    "a long name": refused("open('x' * 256, 'w')", f"OSError: [Errno 36] File name too long: '{'x' * 256}'"),
    "descriptors": refused("kept = [os.open('/dev/null', 0) for _ in range(2000)]",
                           "OSError: [Errno 24] Too many open files: '/dev/null'"),
}  # fmt: skip
FILES = {
    **{
        f"writes to {path}": refused(f"open('{path}', 'w')", f"{error}: '{path}'")
        for path, error in {
            "/dev/x": READ_ONLY, "/usr/x": READ_ONLY, "/etc/x": READ_ONLY, "/etc/hosts": READ_ONLY,
            "/usr/local/x": READ_ONLY,
        }.items()
    },
    "writes to /proc/sys": refused("open('/proc/sys/kernel/hostname', 'w')", ANYTHING),
    "writes to sysrq": refused("open('/proc/sysrq-trigger', 'w')", ANYTHING),
    "removes the hosts file": refused("os.remove('/etc/hosts')", f"{READ_ONLY}: '/etc/hosts'"),
    "closes its folder": Hostile("os.chmod('/app', 0)\nprint(oct(os.stat('/app').st_mode))", "0o40000"),
    "a link out of /app": refused(
        "os.symlink('/etc/shadow', 'out')\nopen('out')", "FileNotFoundError: [Errno 2] No such file or directory: 'out'"
    ),
    "/proc/self/root": Hostile("print(os.listdir('/proc/self/root/app'))", "['app.py']"),
    "/proc/1/root": Hostile("print(os.listdir('/proc/1/root/app'))", "['app.py']"),
    "/proc/1/environ": Hostile("print(open('/proc/1/environ').read())", "PATH=/bin:/usr/bin\0"),
    "the first process, which it may write to, can do no more": Hostile(
        "wanted = ('CapEff', 'CapBnd', 'NoNewPrivs', 'Seccomp:')\n"
        "first, own = ([line for line in open(f'/proc/{one}/status') if line.startswith(wanted)] for one in (1, 'self'))\n"
        "print(first == own)",
        "True",
    ),
    "/proc/kcore": refused("open('/proc/kcore', 'rb').read(100)", ANYTHING),
    "all that can be read": Hostile(
        "def texts():\n"
        "    yield str(os.environ)\n"
        "    for folder, _, names in os.walk('/'):\n"
        "        if folder == '/dev' or folder.startswith(('/usr', '/lib', '/dev/pts', '@PREFIX@')): continue\n"
        "        for name in names:\n"
        "            path = os.path.join(folder, name)\n"
        "            if path.startswith('/proc') and name not in ('environ', 'cmdline', 'mountinfo'): continue\n"
        "            try: yield path + open(path, 'rb', buffering=0).read(10**6).decode('latin-1')\n"
        "            except OSError: pass\n"
        f"word = '-'.join({CANARY.split('-')!r})\n"
        "print(any(word in text for text in texts()), os.listdir('/home'))",
        "False ['user']",
    ),
}  # fmt: skip
NETWORK = {
    "TCP to another address": refused("connect(2, 1, ('192.0.2.1', 80))", UNREACHABLE),
    "UDP to another address": refused("connect(2, 2, ('192.0.2.1', 53))", UNREACHABLE),
    "IPv6 to another address": refused("connect(10, 1, ('2001:db8::1', 80))", ANYTHING),
    "the host's own TCP server": refused("connect(2, 1, ('127.0.0.1', @PORT@))", REFUSED),
    "the host's own abstract socket": refused(f"connect(1, 1, chr(0) + '{MARK}')", REFUSED),
    "raw": refused("socket.socket(2, socket.SOCK_RAW, 1)", NOT_PERMITTED),
    "AF_VSOCK": refused("socket.socket(40, 1)", NO_FAMILY),
    "AF_PACKET": refused("socket.socket(17, 3)", NO_FAMILY),
    "AF_ALG": refused("socket.socket(38, 5)", NO_FAMILY),
    "a new route": refused(
        "route = socket.socket(16, socket.SOCK_RAW, 0)\n"
        "route.send(struct.pack('IHHII', 28, 24, 0x405, 1, 0) + struct.pack('8BI', 2, 0, 0, 0, 254, 3, 0, 1, 0))\n"
        "error = -struct.unpack('i', route.recv(100)[16:20])[0]\nraise OSError(error, os.strerror(error))",
        NOT_PERMITTED,
    ),
    "takes the loopback down": refused(
        "import fcntl\nfcntl.ioctl(socket.socket(2, 2), 0x8914, struct.pack('16sh14x', b'lo', 0))", NOT_PERMITTED
    ),
    "listens on 443 in the stub's place": refused("socket.socket().bind(('127.0.0.1', 443))", DENIED),
    "listens on another address of the loopback": refused("socket.socket().bind(('127.0.0.2', 80))", DENIED),
}
CALLS = {
    "ptrace": refused(f"call({number('ptrace')}, 0, 0, 0, 0)", NOT_PERMITTED),
    "process_vm_readv": refused(f"call({number('process_vm_readv')}, os.getpid(), 0, 0, 0, 0, 0)", NOT_PERMITTED),
    "add_key": refused(f"call({number('add_key')}, b'user', b'{MARK}', b'x', 1, -3)", NOT_PERMITTED),
    "keyctl": refused(f"call({number('keyctl')}, 0, -3, 1)", NOT_PERMITTED),
    "bpf": refused(f"call({number('bpf')}, 0, 0, 0)", NOT_PERMITTED),
    "perf_event_open": refused(f"call({number('perf_event_open')}, 0, 0, -1, -1, 0)", NOT_PERMITTED),
    "userfaultfd": refused(f"call({number('userfaultfd')}, 1)", NOT_PERMITTED),
    "io_uring": refused(f"call({number('io_uring_setup')}, 1, 0)", "OSError: [Errno 38] Function not implemented"),
    "memfd_create": refused("os.memfd_create('x')", NOT_PERMITTED),
    "mount": refused(f"call({number('mount')}, b'x', b'/tmp', b'tmpfs', 0, 0)", NOT_PERMITTED),
    "unshare": refused(f"call({number('unshare')}, 0x10000000)", NOT_PERMITTED),
    "clone into a user namespace": refused(f"call({number('clone')}, 0x10000011, 0, 0, 0, 0)", NO_SPACE),
    "setns": refused(f"call({number('setns')}, os.open('/proc/self/ns/net', 0), 0)", NOT_PERMITTED),
    "chroot": refused("os.chroot('/app')", f"{NOT_PERMITTED}: '/app'"),
    "clock_settime": refused("time.clock_settime(0, 0)", NOT_PERMITTED),
    "sethostname": refused("socket.sethostname('x')", NOT_PERMITTED),
    "setuid": refused("os.setuid(0)", "OSError: [Errno 22] Invalid argument"),
    "nice": refused("os.nice(-5)", NOT_PERMITTED),
    "oom_score_adj": refused("os.write(os.open('/proc/self/oom_score_adj', 1), b'-1000')", DENIED),
    "raises its limits": refused(
        "resource.setrlimit(resource.RLIMIT_NPROC, (9999, 9999))", "ValueError: not allowed to raise maximum limit"
    ),
    "no privilege": Hostile(
        "wanted = ('CapEff', 'CapBnd', 'NoNewPrivs', 'Seccomp:')\n"
        "print([line.split()[1] for line in open('/proc/self/status') if line.startswith(wanted)])",
        "['0000000000000000', '0000000000000000', '1', '2']",
    ),
    "a setuid program": Hostile(
        "subprocess.run(['su', '-c', 'id'], stdin=-3, stderr=-3)\nprint(os.statvfs('/usr').f_flag & os.ST_NOSUID)", "2"
    ),
}
PROCESSES = {
    "kills its parent": Hostile("os.kill(os.getppid(), 9)\nprint('alive')", "alive"),
    "kills the first process": Hostile("os.kill(1, 9)\nprint('alive')", "alive"),
    "kills everything": Hostile("os.fork()\nos.kill(-1, 9)\nprint('alive')", "alive"),
    "kills its group": stopped("signalled", "os.killpg(0, 9)"),
    "sees other processes": Hostile(
        "print([one for one in os.listdir('/proc') if one.isdigit()] == ['1', str(os.getpid())])", "True"
    ),
    "another program in its place": Hostile("os.execv('/bin/sh', ['sh', '-c', 'exit 7'])", exit_code=7),
    "another interpreter that it has prepared": Hostile(
        "folder = f'/home/user/.local/lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages'\n"
        "os.makedirs(folder)\nopen(folder + '/usercustomize.py', 'w').write('print(\"planted\")')\n"
        "os.execv(sys.executable, [sys.executable, '-c', ''])",
        "planted",
    ),
}
OUTPUT = {
    "a huge line on stderr": Hostile("sys.stderr.write('x' * 900_000)", "x" * 900_000),
    "no UTF-8": Hostile("os.write(1, bytes([0xff, 0xfe, 0x80]))", "\ufffd" * 3),
    "NUL": Hostile("os.write(1, bytes([0, 65]))", "\0A"),
    "ANSI": Hostile("print('\\033[2J\\033]0;title\\007')", "\033[2J\033]0;title\007"),
    "closed streams": Hostile("os.closerange(0, 100)"),
}
HOSTILE = {**TIME, **SPACE, **FILES, **NETWORK, **CALLS, **PROCESSES, **OUTPUT}
