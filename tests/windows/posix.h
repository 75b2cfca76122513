/* What the programs of tests/c use of POSIX, on Windows; included before all they include themselves. A descriptor is the
 * value of a handle or of a socket here, as the library has it, and no number of the C library's. */
#ifndef POSIX_H
#define POSIX_H

#define WIN32_LEAN_AND_MEAN
#include <winsock2.h>
#include <ws2tcpip.h>

#include <windows.h>

#include <psapi.h>

#include <direct.h>
#include <fcntl.h>
#include <io.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define MSG_NOSIGNAL 0
#define SHUT_RD SD_RECEIVE
#define SHUT_WR SD_SEND
#define SHUT_RDWR SD_BOTH

/* Sockets work, and files hold what was written to them, before main begins. */
__attribute__((constructor)) static void windows_begin(void)
{
    WSADATA data;
    WSAStartup(MAKEWORD(2, 2), &data);
    _fmode = _O_BINARY;
    _setmode(1, _O_BINARY);
}

static inline HANDLE windows_handle(int fd)
{
    return (HANDLE)(intptr_t)fd;
}

static inline int windows_open(const char *path, int flags, ...)
{
    wchar_t wide[1024];
    DWORD access = flags & O_RDWR ? GENERIC_READ | GENERIC_WRITE : flags & O_WRONLY ? GENERIC_WRITE : GENERIC_READ;
    DWORD how = !(flags & O_CREAT) ? OPEN_EXISTING : flags & O_TRUNC ? CREATE_ALWAYS : OPEN_ALWAYS;
    HANDLE file;
    if (strcmp(path, "/dev/null") == 0)
        path = "NUL";
    MultiByteToWideChar(CP_UTF8, 0, path, -1, wide, 1024);
    file = CreateFileW(wide, access, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL, how, 0, NULL);
    return file == INVALID_HANDLE_VALUE ? -1 : (int)(intptr_t)file;
}

static inline int windows_close(int fd)
{
    int kind, size = sizeof kind;
    if (getsockopt((SOCKET)fd, SOL_SOCKET, SO_TYPE, (char *)&kind, &size) == 0)
        return closesocket((SOCKET)fd);
    return CloseHandle(windows_handle(fd)) ? 0 : -1;
}

static inline ssize_t windows_write(int fd, const void *data, size_t size)
{
    DWORD n;
    return WriteFile(windows_handle(fd), data, (DWORD)size, &n, NULL) ? (ssize_t)n : -1;
}

static inline ssize_t windows_read(int fd, void *data, size_t size)
{
    DWORD n;
    if (ReadFile(windows_handle(fd), data, (DWORD)size, &n, NULL))
        return (ssize_t)n;
    return GetLastError() == ERROR_BROKEN_PIPE ? 0 : -1;
}

static inline int64_t windows_lseek(int fd, int64_t offset, int whence)
{
    LARGE_INTEGER to = {.QuadPart = offset}, at;
    return SetFilePointerEx(windows_handle(fd), to, &at, (DWORD)whence) ? at.QuadPart : -1;
}

static inline int windows_pipe(int ends[2])
{
    HANDLE out, in;
    if (!CreatePipe(&out, &in, NULL, 65536))
        return -1;
    ends[0] = (int)(intptr_t)out;
    ends[1] = (int)(intptr_t)in;
    return 0;
}

struct windows_pollfd {
    int fd;
    short events, revents;
};

static inline int windows_poll(struct windows_pollfd *watched, unsigned count, int timeout)
{
    WSAPOLLFD all[16];
    int n;
    for (unsigned i = 0; i < count; i++)
        all[i] = (WSAPOLLFD){.fd = (SOCKET)watched[i].fd, .events = watched[i].events};
    n = WSAPoll(all, count, timeout);
    for (unsigned i = 0; i < count; i++)
        watched[i].revents = all[i].revents;
    return n;
}

/* What is no UTF-8 becomes half a surrogate, which is no text either. */
static inline int windows_setenv(const char *name, const char *value, int overwrite)
{
    wchar_t wide_name[256], wide[4096];
    (void)overwrite;
    MultiByteToWideChar(CP_UTF8, 0, name, -1, wide_name, 256);
    if (MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, value, -1, wide, 4096) == 0)
        return SetEnvironmentVariableW(wide_name, L"\xd800") ? 0 : -1;
    return _wputenv_s(wide_name, wide);
}

static inline int windows_unsetenv(const char *name)
{
    _putenv_s(name, "");
    SetEnvironmentVariableA(name, NULL);
    return 0;
}

#define F_GETFD 1

static inline int fcntl(int fd, int command, ...)
{
    DWORD flags;
    (void)command;
    return GetHandleInformation(windows_handle(fd), &flags) ? 0 : -1;
}

static inline DWORD WINAPI windows_alarm(void *seconds)
{
    Sleep((DWORD)(intptr_t)seconds * 1000);
    fprintf(stderr, "the time is up\n");
    ExitProcess(1);
}

static inline unsigned alarm(unsigned seconds)
{
    HANDLE thread = CreateThread(NULL, 0, windows_alarm, (void *)(intptr_t)seconds, 0, NULL);
    if (thread)
        CloseHandle(thread);
    return 0;
}

#define RUSAGE_SELF 0

struct rusage {
    long ru_maxrss; /* in KiB */
};

static inline int getrusage(int who, struct rusage *usage)
{
    PROCESS_MEMORY_COUNTERS counters;
    (void)who;
    if (!GetProcessMemoryInfo(GetCurrentProcess(), &counters, sizeof counters))
        return -1;
    usage->ru_maxrss = (long)(counters.PeakWorkingSetSize / 1024);
    return 0;
}

static inline char *windows_strndup(const char *text, size_t most)
{
    size_t length = strnlen(text, most);
    char *copy = malloc(length + 1);
    if (copy) {
        memcpy(copy, text, length);
        copy[length] = '\0';
    }
    return copy;
}

#define open windows_open
#define close windows_close
#define read windows_read
#define write windows_write
#define lseek windows_lseek
#define pipe windows_pipe
#define poll windows_poll
#define pollfd windows_pollfd
#define setenv windows_setenv
#define unsetenv windows_unsetenv
#define strndup windows_strndup
#define timegm _mkgmtime
#define mkdir(path, mode) _mkdir(path)

#endif
