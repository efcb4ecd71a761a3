"""A guardian runs one program and sees to it that it does not outlive us.

Whoever starts a program through `GuardedProcess` may end in any way, kill -9 included:

    we ──pipe──▶ guardian ──PDEATHSIG──▶ program
      closed: the program is ended      guardian killed: the kernel ends the program

The guardian is this very file, run as a script by path, with nothing but the standard
library: it starts in a few hundredths of a second and knows nothing of the project. It stays
because PR_SET_PDEATHSIG alone is tied to the *thread* that started the program.

PostgreSQL refuses to run as root. For such a program (`owned` is given) a guardian that is root
steps down first: into a user namespace where root has another number, or, where namespaces
are not allowed (many containers), to another account, which then is made owner of `owned`.
"""

import contextlib
import ctypes
import json
import os
import pwd
import select
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_PR_SET_KEEPCAPS = 8
_PR_CAP_AMBIENT = 47
_PR_CAP_AMBIENT_RAISE = 2
_CLONE_NEWUSER = 0x10000000
_CAP_DAC_OVERRIDE = 1
_CAPABILITY_VERSION_3 = 0x20080522

_PATIENCE = 8.0  # seconds between the polite signal and the rude one, and again before SIGKILL
_STOP = b"stop"


class GuardedProcess:
    """One program under a guardian. Not restarted by itself: ask `poll` and `start` again.

    `stop_signal` ends it in good order; `orphan_signal` is what it gets when we are gone.
    `owned`: the folder such a program must own, for programs that refuse to run as root.
    Output goes to the file `log`, or where ours goes.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        stop_signal: signal.Signals = signal.SIGTERM,
        orphan_signal: signal.Signals = signal.SIGKILL,
        log: Path | None = None,
        owned: Path | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._order = {
            "command": list(command),
            "stop": int(stop_signal),
            "orphan": int(orphan_signal),
            "log": str(log) if log else None,
            "owned": str(owned) if owned else None,
        }
        self._environment = dict(environment) if environment is not None else None
        self._guardian: subprocess.Popen[bytes] | None = None

    def start(self) -> int:
        """Start the program, also again after it ended; its process id."""
        self.stop()
        self._guardian = subprocess.Popen(  # noqa: S603 - this file, and no shell
            [sys.executable, "-I", "-S", __file__, json.dumps(self._order)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=self._environment,
            start_new_session=True,  # a Ctrl-C at the terminal is ours to pass on, in our order
        )
        assert self._guardian.stdout is not None
        with self._guardian.stdout as answer:
            line = answer.readline()
        if not line:
            raise OSError(f"{self._order['command']} could not be started")
        return int(line)

    def poll(self) -> int | None:
        """None while it runs, else its exit code (128 + n when signal n ended it)."""
        return self._guardian.poll() if self._guardian else 0

    def wait(self, seconds: float | None = None) -> int:
        """Wait for its end; raises subprocess.TimeoutExpired."""
        assert self._guardian is not None
        code = self._guardian.wait(seconds)
        self._let_go()
        return code

    def stop(self) -> None:
        """End it in good order and wait until it is gone."""
        if self._guardian is None:
            return
        if self._guardian.stdin is not None and not self._guardian.stdin.closed:
            with contextlib.suppress(BrokenPipeError):  # it ended by itself meanwhile
                os.write(self._guardian.stdin.fileno(), _STOP)
        self.wait()

    def _let_go(self) -> None:
        assert self._guardian is not None
        if self._guardian.stdin is not None:
            self._guardian.stdin.close()
        self._guardian = None


def end_with_parent(number: signal.Signals) -> None:
    """Have the kernel send us a signal when the thread that started us is gone."""
    _libc().prctl(_PR_SET_PDEATHSIG, number)


# ---- From here on: the guardian's own process, single-threaded. ----


def _guard(order: dict[str, object]) -> int:
    """Start the program, wait for its end or for ours, and answer with its exit code."""
    ours = os.getppid()
    command, owned = order["command"], order["owned"]
    assert isinstance(command, list)
    stop, orphan = order["stop"], order["orphan"]
    assert isinstance(stop, int)
    assert isinstance(orphan, int)
    log = order["log"]
    output = os.open(str(log), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600) if log else 2
    heard, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake)
    for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: None)

    step_down = _choose_way_down(str(owned)) if owned and os.geteuid() == 0 else None
    pid = _fork_into(command, output, orphan, step_down)
    os.write(1, f"{pid}\n".encode())
    os.close(1)

    while True:
        ready, _, _ = select.select([0, heard], [], [], 1.0)
        if heard in ready:
            signals = os.read(heard, 64)
            code = _reap(pid)
            if code is not None:
                return code
            if any(number != signal.SIGCHLD for number in signals):
                return _end(pid, stop, orphan)
        elif 0 in ready:
            told_to = os.read(0, 16) == _STOP
            return _end(pid, stop if told_to else orphan, orphan)
        elif os.getppid() != ours:  # somebody else still holds our end of the pipe
            return _end(pid, orphan, orphan)


def _fork_into(
    command: list[str], output: int, orphan: int, step_down: tuple[str, int, int] | None
) -> int:
    guardian = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    try:
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(output, 1)
        os.dup2(output, 2)
        if step_down:
            _step_down(*step_down)
        _libc().prctl(_PR_SET_PDEATHSIG, orphan)  # after every change of uid: those reset it
        if os.getppid() == guardian:
            os.execv(command[0], command)  # noqa: S606 - no shell is the point
    except OSError as problem:
        os.write(2, f"{command[0]}: {problem}\n".encode())
    finally:
        os._exit(127)


def _reap(pid: int) -> int | None:
    found, status = os.waitpid(pid, os.WNOHANG)
    if not found:
        return None
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code


def _end(pid: int, first: int, second: int) -> int:
    for number in (first, second, signal.SIGKILL):
        os.kill(pid, number)
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            code = _reap(pid)
            if code is not None:
                return code
            time.sleep(0.005)
    return 128 + signal.SIGKILL  # it hangs in the kernel; nothing more can be done


def _choose_way_down(owned: str) -> tuple[str, int, int]:
    """("namespace" | "account", uid, gid), tried out on a child of no consequence."""
    account = _another_account()
    way = "namespace" if _succeeds("namespace", account) else "account"
    _give(owned, *((0, 0) if way == "namespace" else (account.pw_uid, account.pw_gid)))
    return way, account.pw_uid, account.pw_gid


def _another_account() -> pwd.struct_passwd:
    """Not root, and one that has a name: initdb insists."""
    accounts = {entry.pw_name: entry for entry in pwd.getpwall() if entry.pw_uid != 0}
    for name in ("postgres", "nobody"):
        if name in accounts:
            return accounts[name]
    return next(iter(accounts.values()))


def _succeeds(way: str, account: pwd.struct_passwd) -> bool:
    pid = os.fork()
    if not pid:
        try:
            _step_down(way, account.pw_uid, account.pw_gid)
            os._exit(0)
        except OSError:
            os._exit(1)
    return os.waitpid(pid, 0)[1] == 0


def _give(folder: str, uid: int, gid: int) -> None:
    """Make `uid` the owner of all of it, unless it already is."""
    if os.stat(folder).st_uid == uid:
        return
    for parent, folders, files in os.walk(folder, topdown=False):
        for name in (*folders, *files):
            os.chown(os.path.join(parent, name), uid, gid, follow_symlinks=False)
    os.chown(folder, uid, gid)  # last: it is what says that all is done


def _step_down(way: str, uid: int, gid: int) -> None:
    if way == "namespace":
        _enter_namespace(uid, gid)
    else:
        _become(uid, gid)


def _enter_namespace(uid: int, gid: int) -> None:
    """Root outside is `uid` inside, so the files stay root's."""
    if os.environ.get("NO_USER_NAMESPACES"):
        raise PermissionError("namespaces are switched off")
    if _libc().unshare(_CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "no user namespaces here")
    for name, line in (("setgroups", "deny"), ("uid_map", f"{uid} 0 1"), ("gid_map", f"{gid} 0 1")):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(line)


def _become(uid: int, gid: int) -> None:
    """Another account, which keeps one right of root's: to pass through folders closed to it."""
    libc = _libc()
    os.setgroups([])
    os.setresgid(gid, gid, gid)
    libc.prctl(_PR_SET_KEEPCAPS, 1)
    os.setresuid(uid, uid, uid)
    bit = 1 << _CAP_DAC_OVERRIDE
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    sets = (ctypes.c_uint32 * 6)(bit, bit, bit, 0, 0, 0)  # effective, permitted, inheritable
    if libc.capset(header, sets) == 0:  # where even root lacks it, try without
        libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, _CAP_DAC_OVERRIDE, 0, 0)


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


if __name__ == "__main__":
    sys.exit(_guard(json.loads(sys.argv[1])))
