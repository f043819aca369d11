/* Preloaded into the programs under test: the wall clock, moved by the seconds in a file. The other clocks
 * stay as they are, as they do when somebody sets the time of a machine. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int clock_gettime(clockid_t clock, struct timespec *time)
{
    long result = syscall(SYS_clock_gettime, clock, time);
    const char *path = getenv("WRONG_CLOCK");
    if (result == 0 && clock == CLOCK_REALTIME && path != NULL) {
        char text[32] = {0};
        int file = open(path, O_RDONLY | O_CLOEXEC);
        if (file >= 0) {
            if (read(file, text, sizeof text - 1) > 0)
                time->tv_sec += strtol(text, NULL, 10);
            close(file);
        }
    }
    return (int)result;
}
