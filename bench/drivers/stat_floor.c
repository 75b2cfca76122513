/* The floor of a whole process: one HEAD over a raw socket, without the libraries that floor.c needs for other things. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "common.h"

int main(void)
{
    static const char head[] = "HEAD /v1/AUTH_bench/rows-1-1024/obj-00000000 HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                               "X-Auth-Token: AUTH_tkbench\r\n\r\n";
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(env_or("BENCH_PORT", "8090")))};
    char answer[4096];
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (over_tls() || fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to))
        DIE("no connection");
    if (send(fd, head, sizeof head - 1, MSG_NOSIGNAL) != sizeof head - 1)
        DIE("send");
    ssize_t n = recv(fd, answer, sizeof answer - 1, 0);
    if (n < 12 || answer[9] != '2')
        DIE("no answer");
    close(fd);
    return 0;
}
