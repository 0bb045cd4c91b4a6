"""The system calls that a program in the sandbox may make, by the numbers that two processors have for them.

The list holds what CPython 3.11 to 3.15, the C library and the exercises use: files, memory, processes and threads,
signals, clocks, sockets, and what waits for them. It was taken from the kernel's own tables
(``asm/unistd_64.h`` and ``asm-generic/unistd.h``) and tried with every solution and answer. What is not in it is
answered as if the kernel did not know it (``ENOSYS``), so that the C library takes another way where it has one:
System V and POSIX message queues, shared memory that belongs to no process (``shmget``, ``memfd_create``), contexts for
asynchronous input and output (``io_setup``), ``inotify`` and ``fanotify``, namespaces, mounts, keys, modules.

When an exercise needs one more, ``TURTLES_TRAP_CALLS=1 turtles grade NAME`` ends its program at the first call that is
not in the list, and its standard error shows the line of Python that made it (``docs/trust.md``).
"""

from __future__ import annotations

from typing import Final, NamedTuple


class CallTable(NamedTuple):
    """One processor's calls: ``audit`` is the kernel's number for the processor."""

    audit: int
    allowed: dict[str, int]
    refused: dict[str, int]
    """Known, and refused as not permitted: ways into another process, and what belongs to no namespace of a run."""
    clone3: int = 435
    """Not known to a program, and no surprise to an author: the C library asks for it before it takes ``clone``."""


def _numbers(table: str) -> dict[str, int]:
    return {name: int(number) for name, number in (entry.split("=") for entry in table.split())}


_X86_64: Final = """
    read=0 write=1 open=2 close=3 stat=4 fstat=5 lstat=6 poll=7 lseek=8 mmap=9 mprotect=10 munmap=11 brk=12
    rt_sigaction=13 rt_sigprocmask=14 rt_sigreturn=15 ioctl=16 pread64=17 pwrite64=18 readv=19 writev=20 access=21
    pipe=22 select=23 sched_yield=24 mremap=25 msync=26 mincore=27 madvise=28 dup=32 dup2=33 pause=34 nanosleep=35
    getitimer=36 alarm=37 setitimer=38 getpid=39 sendfile=40 socket=41 connect=42 accept=43 sendto=44 recvfrom=45
    sendmsg=46 recvmsg=47 shutdown=48 bind=49 listen=50 getsockname=51 getpeername=52 socketpair=53 setsockopt=54
    getsockopt=55 clone=56 fork=57 vfork=58 execve=59 exit=60 wait4=61 kill=62 uname=63 fcntl=72 flock=73 fsync=74
    fdatasync=75 truncate=76 ftruncate=77 getdents=78 getcwd=79 chdir=80 fchdir=81 rename=82 mkdir=83 rmdir=84
    creat=85 link=86 unlink=87 symlink=88 readlink=89 chmod=90 fchmod=91 chown=92 fchown=93 lchown=94 umask=95
    gettimeofday=96 getrlimit=97 getrusage=98 sysinfo=99 times=100 getuid=102 getgid=104 setuid=105 setgid=106
    geteuid=107 getegid=108 setpgid=109 getppid=110 getpgrp=111 setsid=112 setreuid=113 setregid=114 getgroups=115
    setgroups=116 setresuid=117 getresuid=118 setresgid=119 getresgid=120 getpgid=121 getsid=124 capget=125
    rt_sigpending=127 rt_sigtimedwait=128 rt_sigqueueinfo=129 rt_sigsuspend=130 sigaltstack=131 utime=132 mknod=133
    statfs=137 fstatfs=138 getpriority=140 sched_getparam=143 sched_getscheduler=145 sched_get_priority_max=146
    sched_get_priority_min=147 sched_rr_get_interval=148 prctl=157 arch_prctl=158 setrlimit=160 gettid=186
    readahead=187 setxattr=188 getxattr=191 lgetxattr=192 fgetxattr=193 listxattr=194 tkill=200 time=201 futex=202
    sched_getaffinity=204 epoll_create=213 getdents64=217 set_tid_address=218 restart_syscall=219 fadvise64=221
    clock_gettime=228 clock_getres=229 clock_nanosleep=230 exit_group=231 epoll_wait=232 epoll_ctl=233 tgkill=234
    utimes=235 waitid=247 openat=257 mkdirat=258 mknodat=259 fchownat=260 futimesat=261 newfstatat=262 unlinkat=263
    renameat=264 linkat=265 symlinkat=266 readlinkat=267 fchmodat=268 faccessat=269 pselect6=270 ppoll=271
    set_robust_list=273 get_robust_list=274 splice=275 tee=276 sync_file_range=277 utimensat=280
    epoll_pwait=281 signalfd=282 timerfd_create=283 eventfd=284 fallocate=285 timerfd_settime=286
    timerfd_gettime=287 accept4=288 signalfd4=289 eventfd2=290 epoll_create1=291 dup3=292 pipe2=293 preadv=295
    pwritev=296 rt_tgsigqueueinfo=297 recvmmsg=299 prlimit64=302 sendmmsg=307 getcpu=309 renameat2=316 getrandom=318
    execveat=322 membarrier=324 copy_file_range=326 preadv2=327 pwritev2=328 statx=332 rseq=334
    pidfd_send_signal=424 pidfd_open=434 close_range=436 openat2=437 faccessat2=439 epoll_pwait2=441
    futex_waitv=449 fchmodat2=452 map_shadow_stack=453
"""

_X86_64_REFUSED: Final = """
    add_key=248 request_key=249 keyctl=250 ptrace=101 perf_event_open=298 process_vm_readv=310 process_vm_writev=311
    bpf=321 userfaultfd=323 io_uring_setup=425 io_uring_enter=426 io_uring_register=427 sched_setparam=142
    sched_setscheduler=144 sched_setaffinity=203 sched_setattr=314 setpriority=141 ioprio_set=251
"""

_AARCH64: Final = """
    read=63 write=64 close=57 fstat=80 lseek=62 mmap=222 mprotect=226 munmap=215 brk=214 rt_sigaction=134
    rt_sigprocmask=135 rt_sigreturn=139 ioctl=29 pread64=67 pwrite64=68 readv=65 writev=66 sched_yield=124
    mremap=216 msync=227 mincore=232 madvise=233 dup=23 nanosleep=101 getitimer=102 setitimer=103 getpid=172
    sendfile=71 socket=198 connect=203 accept=202 sendto=206 recvfrom=207 sendmsg=211 recvmsg=212 shutdown=210
    bind=200 listen=201 getsockname=204 getpeername=205 socketpair=199 setsockopt=208 getsockopt=209 clone=220
    execve=221 exit=93 wait4=260 kill=129 uname=160 fcntl=25 flock=32 fsync=82 fdatasync=83 truncate=45 ftruncate=46
    getcwd=17 chdir=49 fchdir=50 fchmod=52 fchown=55 umask=166 gettimeofday=169 getrlimit=163 getrusage=165
    sysinfo=179 times=153 getuid=174 getgid=176 setuid=146 setgid=144 geteuid=175 getegid=177 setpgid=154
    getppid=173 setsid=157 setreuid=145 setregid=143 getgroups=158 setgroups=159 setresuid=147 getresuid=148
    setresgid=149 getresgid=150 getpgid=155 getsid=156 capget=90 rt_sigpending=136 rt_sigtimedwait=137
    rt_sigqueueinfo=138 rt_sigsuspend=133 sigaltstack=132 statfs=43 fstatfs=44 getpriority=141 sched_getparam=121
    sched_getscheduler=120 sched_get_priority_max=125 sched_get_priority_min=126 sched_rr_get_interval=127 prctl=167
    setrlimit=164 gettid=178 readahead=213 setxattr=5 getxattr=8 lgetxattr=9 fgetxattr=10 listxattr=11
    tkill=130 futex=98 sched_getaffinity=123 getdents64=61 set_tid_address=96 restart_syscall=128 fadvise64=223
    clock_gettime=113 clock_getres=114 clock_nanosleep=115 exit_group=94 epoll_ctl=21 tgkill=131 waitid=95 openat=56
    mkdirat=34 mknodat=33 fchownat=54 newfstatat=79 unlinkat=35 renameat=38 linkat=37 symlinkat=36 readlinkat=78
    fchmodat=53 faccessat=48 pselect6=72 ppoll=73 set_robust_list=99 get_robust_list=100 splice=76 tee=77
    sync_file_range=84 utimensat=88 epoll_pwait=22 timerfd_create=85 fallocate=47 timerfd_settime=86
    timerfd_gettime=87 accept4=242 signalfd4=74 eventfd2=19 epoll_create1=20 dup3=24 pipe2=59 preadv=69 pwritev=70
    rt_tgsigqueueinfo=240 recvmmsg=243 prlimit64=261 sendmmsg=269 getcpu=168 renameat2=276 getrandom=278
    execveat=281 membarrier=283 copy_file_range=285 preadv2=286 pwritev2=287 statx=291 rseq=293
    pidfd_send_signal=424 pidfd_open=434 close_range=436 openat2=437 faccessat2=439 epoll_pwait2=441
    futex_waitv=449 fchmodat2=452 map_shadow_stack=453
"""

_AARCH64_REFUSED: Final = """
    add_key=217 request_key=218 keyctl=219 ptrace=117 perf_event_open=241 process_vm_readv=270 process_vm_writev=271
    bpf=280 userfaultfd=282 io_uring_setup=425 io_uring_enter=426 io_uring_register=427 sched_setparam=118
    sched_setscheduler=119 sched_setaffinity=122 sched_setattr=274 setpriority=140 ioprio_set=30
"""

TABLES: Final = {
    "x86_64": CallTable(0xC000003E, _numbers(_X86_64), _numbers(_X86_64_REFUSED)),
    "aarch64": CallTable(0xC00000B7, _numbers(_AARCH64), _numbers(_AARCH64_REFUSED)),
}
