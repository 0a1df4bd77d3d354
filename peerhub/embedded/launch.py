"""Becomes another program, tied to the life of the process that started it. Run as a script, standard library only.

    python launch.py PARENT_PID SIGNAL MODE PROGRAM [ARGUMENT…]

* PR_SET_PDEATHSIG: when the parent is gone, even by `kill -9`, the kernel sends SIGNAL to the program. Set in a process
  of its own instead of in `preexec_fn`, which is not safe in a program with threads, and after the change of user,
  which would clear it.
* MODE `plain` changes nothing. MODE `session` puts the program into its own session, out of reach of Ctrl-C.
  Then, for PostgreSQL, which refuses to work as root:
* MODE `namespace:UID` opens a user namespace in which root outside is the ordinary user UID inside. Files stay root's
  own and reachable in a folder that only root may enter, no permission of a parent folder is touched, no user is made.
* MODE `user:UID:GID` becomes that user, where namespaces are forbidden.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
CLONE_NEWUSER = 0x10000000


def enter_namespace(uid: int) -> None:
    """From here on this process, root outside, is `uid` inside, and holds no right of root."""
    gid = os.getegid()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWUSER) != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    for name, text in (("uid_map", f"{uid} 0 1"), ("setgroups", "deny"), ("gid_map", f"{uid} {gid} 1")):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)


def become_user(uid: int, gid: int) -> None:
    """Give up root for good."""
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)


def die_with(parent: int, number: int) -> None:
    """Ask the kernel for `number` when the parent ends; leave at once if it already has."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit(0)


def main(arguments: list[str]) -> None:
    """Prepare this process, then become the program."""
    parent, number, mode, program = int(arguments[0]), int(arguments[1]), arguments[2], arguments[3]
    kind, *numbers = mode.split(":")
    try:
        if kind != "plain":
            os.setsid()
        if kind == "namespace":
            enter_namespace(int(numbers[0]))
        if kind == "user":
            become_user(int(numbers[0]), int(numbers[1]))
        die_with(parent, number)
        for handled in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGPIPE):
            signal.signal(handled, signal.SIG_DFL)
        os.execv(program, arguments[3:])
    except OSError as error:
        sys.stderr.write(f"{program} cannot be started ({mode}): {error.strerror}\n")
        sys.exit(126)


if __name__ == "__main__":
    main(sys.argv[1:])
