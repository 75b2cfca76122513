/* The real server behind an HTTP proxy: for http with whole URLs, for TLS through a tunnel, with user and password. */
#include "server.h"

#include <poll.h>

#include "loopback.h"

static struct loopback proxy;
static atomic_int tunnels, requests, refusals;

/* Moves what comes from one to the other; false at its end. */
static bool move(int from, int to)
{
    char buffer[65536];
    ssize_t n = recv(from, buffer, sizeof buffer, 0), at = 0;
    while (at < n) {
        ssize_t m = send(to, buffer + at, (size_t)(n - at), MSG_NOSIGNAL);
        if (m <= 0)
            return false;
        at += m;
    }
    return n > 0;
}

static void serve(int fd)
{
    char head[16384], method[16], url[4096], *path, *rest;
    int port = 0, up;
    struct pollfd both[2] = {{.fd = fd, .events = POLLIN}, {.events = POLLIN}};
    if (!loopback_head(fd, head, sizeof head) || sscanf(head, "%15s %4095s", method, url) != 2)
        return;
    /* "me:secret" */
    if (!strstr(head, "proxy-authorization: Basic bWU6c2VjcmV0\r\n")) {
        atomic_fetch_add(&refusals, 1);
        loopback_send(fd, "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");
        return;
    }
    sscanf(strstr(url, "127.0.0.1:") + strlen("127.0.0.1:"), "%d", &port);
    up = loopback_connect(port);
    if (up < 0) {
        loopback_send(fd, "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n");
        return;
    }
    if (strcmp(method, "CONNECT") == 0) {
        atomic_fetch_add(&tunnels, 1);
        loopback_send(fd, "HTTP/1.1 200 Connected\r\n\r\n");
    } else {
        /* One request to a connection: the server is asked to close it, and with it this one closes. */
        atomic_fetch_add(&requests, 1);
        path = strchr(strstr(url, "://") + 3, '/');
        rest = strstr(head, "\r\n") + 2;
        loopback_send(up, method);
        loopback_send(up, " ");
        loopback_send(up, path);
        loopback_send(up, " HTTP/1.1\r\nConnection: close\r\n");
        loopback_send(up, rest);
    }
    both[1].fd = up;
    while (!atomic_load(&proxy.stopping)) {
        if (poll(both, 2, 50) <= 0)
            continue;
        if ((both[0].revents && !move(fd, up)) || (both[1].revents && !move(up, fd)))
            break;
    }
    close(up);
}

static const char *proxy_url(const char *user)
{
    static char url[128];
    snprintf(url, sizeof url, "http://%s127.0.0.1:%d", user, proxy.port);
    return url;
}

static void use(const char *way, const char *key)
{
    swc_config *config = config_for(way);
    swc_connection *connection;
    const char *container = own_container("proxy");
    set(config, key, proxy_url("me:secret@"));
    connection = connect_with(config);
    make_container(connection, container);
    put_text(connection, container, "o", "through the proxy");
    check_object(connection, container, "o", "through the proxy");
    remove_container(connection, container);
    swc_connection_free(connection);
}

static void plain_requests(void)
{
    use("v1", "http_proxy");
    CHECK(atomic_load(&requests) >= 6 && atomic_load(&tunnels) == 0);
}

static void tunnels_for_tls(void)
{
    use("tls", "proxy");
    CHECK(atomic_load(&tunnels) >= 1);
}

static void refused(void)
{
    static const char *const ways[] = {"v1", "tls"};
    size_t i;
    for (i = 0; i < 2; i++) {
        swc_config *config = config_for(ways[i]);
        swc_connection *connection;
        set(config, "proxy", proxy_url("me:wrong@"));
        connection = connect_with(config);
        CHECK_FAILS(swc_connection_authenticate(connection, NULL, &err), SWC_ERR_CONNECT);
        CHECK(strstr(swc_error_message(err), proxy_url("")) && !strstr(swc_error_message(err), "wrong"));
        CHECK(!swc_error_retryable(err));
        forget_error();
        swc_connection_free(connection);
    }
    CHECK_INT(atomic_load(&refusals), 2);
}

static void around_it(void)
{
    swc_config *config = config_for("v1");
    swc_connection *connection;
    int before = atomic_load(&proxy.accepted);
    set(config, "proxy", proxy_url(""));
    set(config, "no_proxy", "example.com, 127.0.0.0/8");
    connection = connect_with(config);
    CHECK_OK(swc_connection_authenticate(connection, NULL, &err));
    swc_connection_free(connection);
    CHECK_INT(atomic_load(&proxy.accepted), before);
}

static void from_the_environment(void)
{
    swc_config *config = config_for("v1");
    swc_connection *connection;
    int before = atomic_load(&requests);
    unsetenv("no_proxy");
    unsetenv("NO_PROXY");
    unsetenv("http_proxy");
    setenv("HTTP_PROXY", proxy_url("me:secret@"), 1);
    CHECK_OK(swc_config_load_env(config, &err));
    connection = connect_with(config);
    CHECK_OK(swc_connection_authenticate(connection, NULL, &err));
    swc_connection_free(connection);
    CHECK_INT(atomic_load(&requests), before + 1);
    /* Nobody has asked for the environment here. */
    connection = connect_to("v1");
    CHECK_OK(swc_connection_authenticate(connection, NULL, &err));
    swc_connection_free(connection);
    CHECK_INT(atomic_load(&requests), before + 1);
    unsetenv("HTTP_PROXY");
}

static void none_of_those(void)
{
    swc_config *config = swc_config_new();
    CHECK_FAILS(swc_config_set(config, "proxy", "socks5://127.0.0.1:1080", &err), SWC_ERR_UNSUPPORTED);
    CHECK(strstr(swc_error_message(err), "SOCKS"));
    forget_error();
    CHECK_STATUS(swc_config_set(config, "https_proxy", "ftp://h", &err), SWC_ERR_INVALID_ARGUMENT);
    swc_config_free(config);
}

int main(void)
{
    loopback_start(&proxy, serve);
    RUN(plain_requests);
    RUN(tunnels_for_tls);
    RUN(refused);
    RUN(around_it);
    RUN(from_the_environment);
    RUN(none_of_those);
    loopback_stop(&proxy);
    return 0;
}
