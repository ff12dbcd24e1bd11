"""Run a command as another user who may still pass through folders that are closed to him. For root only.

    python unprivileged.py UID COMMAND ARGUMENT…

PostgreSQL refuses to run as root, yet the project, with the server's own programs in .venv, may lie below a
home that only root can enter. So the command keeps one of root's powers, reading past permissions, as an
ambient capability (capabilities(7)); its own files are its user's. Stands alone, on the standard library: it
is run as a script.
"""

import ctypes
import os
import pwd
import sys

PR_SET_SECUREBITS, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE = 28, 47, 2
# Keep capabilities over setuid, and let access(2), with which PostgreSQL looks for its programs, count them.
SECBIT_NO_SETUID_FIXUP = 1 << 2
CAPABILITY_VERSION = 0x20080522
# The narrow one first; containers have only the wider one by default.
CAP_DAC_READ_SEARCH, CAP_DAC_OVERRIDE = 2, 1


def main() -> None:
    uid, command = int(sys.argv[1]), sys.argv[2:]
    libc = ctypes.CDLL(None, use_errno=True)
    if sys.platform == "linux":
        libc.prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP, 0, 0, 0)
    os.setgroups([])
    os.setgid(pwd.getpwuid(uid).pw_gid)
    os.setuid(uid)  # root's setuid sets the real and the saved one too
    if sys.platform == "linux":
        keep_one_power(libc)
    os.execv(command[0], command)  # noqa: S606


def keep_one_power(libc: ctypes.CDLL) -> None:
    """Everything else is dropped; where even this is not allowed, the command runs without."""
    for capability in (CAP_DAC_READ_SEARCH, CAP_DAC_OVERRIDE):
        header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION, 0)
        bit = 1 << capability
        sets = (ctypes.c_uint32 * 6)(
            bit, bit, bit, 0, 0, 0
        )  # effective, permitted, inheritable; low words, high words
        if libc.capset(header, sets) == 0:
            libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0)
            return
    libc.capset((ctypes.c_uint32 * 2)(CAPABILITY_VERSION, 0), (ctypes.c_uint32 * 6)())


main()
