/* libcurl's easy interface, a handle a thread that is used again and again; see common.h. With BENCH_MULTI=1 the small
 * operations run in one thread through its multi interface, THREADS of them at once; with BENCH_TUNED=1 its buffers are as
 * large as those of the others. It verifies nothing but lengths.
 */
#include <curl/curl.h>

#include "common.h"

static size_t discard(char *data, size_t size, size_t count, void *to)
{
    (void)data, (void)to;
    return size * count;
}

static size_t keep(char *data, size_t size, size_t count, void *to)
{
    struct body *body = to;
    memcpy((char *)body->bytes + body->given, data, size * count);
    body->given += size * count;
    return size * count;
}

static size_t give_small(char *to, size_t size, size_t count, void *at)
{
    size_t *given = at, n = SMALL - *given;
    if (n > size * count)
        n = size * count;
    memcpy(to, small_body + *given, n);
    *given += n;
    return n;
}

static size_t give_pattern(char *to, size_t size, size_t count, void *body)
{
    return body_next(body, to, size * count);
}

static size_t give_memory(char *to, size_t size, size_t count, void *from)
{
    struct body *body = from;
    size_t n = body->size - body->given;
    if (n > size * count)
        n = size * count;
    memcpy(to, body->bytes + body->given, n);
    body->given += n;
    return n;
}

static struct curl_slist *headers;

static CURL *handle(void)
{
    CURL *curl = curl_easy_init();
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, discard);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L);
    if (*env_or("BENCH_TUNED", "")) {
        curl_easy_setopt(curl, CURLOPT_BUFFERSIZE, 512 * 1024L);
        curl_easy_setopt(curl, CURLOPT_UPLOAD_BUFFERSIZE, 512 * 1024L);
    }
    if (over_tls())
        curl_easy_setopt(curl, CURLOPT_CAINFO, env_or("BENCH_CA", ""));
    return curl;
}

static void at(CURL *curl, const char *path)
{
    char url[256];
    snprintf(url, sizeof url, "%s/%s", base_url(), path);
    curl_easy_setopt(curl, CURLOPT_URL, url);
}

static void perform(CURL *curl)
{
    CURLcode code = curl_easy_perform(curl);
    if (code)
        DIE("%s", curl_easy_strerror(code));
}

/* Dies unless the last answer had a body of that size. */
static void check_size(CURL *curl, curl_off_t expected)
{
    curl_off_t got;
    curl_easy_getinfo(curl, CURLINFO_SIZE_DOWNLOAD_T, &got);
    if (got != expected)
        DIE("%lld bytes", (long long)got);
}

/* What to do with object number i; *given counts what was sent of its body. */
static void prepare(CURL *curl, const char *method, int i, size_t *given)
{
    char path[64];
    bool put = !strcmp(method, "put");
    snprintf(path, sizeof path, "%s/obj-%08d", put ? "small" : "rows-20000-1024", i);
    at(curl, path);
    if (put) {
        *given = 0;
        curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
        curl_easy_setopt(curl, CURLOPT_READFUNCTION, give_small);
        curl_easy_setopt(curl, CURLOPT_READDATA, given);
        curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t)SMALL);
    } else if (!strcmp(method, "head")) {
        curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
    } else if (!strcmp(method, "delete")) {
        curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, "DELETE");
    }
}

static void *small(void *argument)
{
    const struct share *share = argument;
    CURL *curl = handle();
    size_t given;
    for (int i = share->first; i < share->end; i++) {
        prepare(curl, share->method, i, &given);
        perform(curl);
        if (!strcmp(share->method, "get"))
            check_size(curl, SMALL);
    }
    curl_easy_cleanup(curl);
    return NULL;
}

static void small_multi(const char *method, int count, int at_once)
{
    CURLM *multi = curl_multi_init();
    size_t *given = calloc((size_t)at_once, sizeof *given);
    int next = 0, running = 0, done = 0;
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, (long)at_once);
    for (int i = 0; i < at_once && next < count; i++) {
        CURL *curl = handle();
        curl_easy_setopt(curl, CURLOPT_PRIVATE, &given[i]);
        prepare(curl, method, next++, &given[i]);
        curl_multi_add_handle(multi, curl);
    }
    while (done < count) {
        CURLMsg *message;
        int left;
        curl_multi_perform(multi, &running);
        while ((message = curl_multi_info_read(multi, &left))) {
            CURL *curl = message->easy_handle;
            char *counter;
            if (message->data.result)
                DIE("%s", curl_easy_strerror(message->data.result));
            if (!strcmp(method, "get"))
                check_size(curl, SMALL);
            done++;
            curl_multi_remove_handle(multi, curl);
            curl_easy_getinfo(curl, CURLINFO_PRIVATE, &counter);
            if (next < count) {
                prepare(curl, method, next++, (size_t *)counter);
                curl_multi_add_handle(multi, curl);
            } else {
                curl_easy_cleanup(curl);
            }
        }
        if (done < count)
            curl_multi_poll(multi, NULL, 0, 1000, NULL);
    }
    curl_multi_cleanup(multi);
    free(given);
}

static void get(const char *size, const char *to)
{
    char path[64];
    CURL *curl = handle();
    struct body body = {NULL, (size_t)atoll(size), 0};
    bool file = strcmp(to, "null") && strcmp(to, "memory");
    FILE *out = file ? fopen(to, "wb") : NULL;
    snprintf(path, sizeof path, "rows-1-%s/obj-00000000", size);
    at(curl, path);
    if (file) {
        if (!out)
            DIE("%s", to);
        curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, fwrite);
        curl_easy_setopt(curl, CURLOPT_WRITEDATA, out);
    } else if (!strcmp(to, "memory")) {
        body.bytes = malloc(body.size);
        curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, keep);
        curl_easy_setopt(curl, CURLOPT_WRITEDATA, &body);
    }
    perform(curl);
    check_size(curl, (curl_off_t)body.size);
    curl_easy_cleanup(curl);
    if (out && fclose(out))
        DIE("%s", to);
}

static void put(const char *path, const char *from)
{
    CURL *curl = handle();
    bool memory = !strcmp(from, "memory"), file = !strcmp(from, "file");
    struct stat st;
    struct body body = {0};
    FILE *in = file ? fopen(path, "rb") : NULL;
    if (file && (!in || stat(path, &st)))
        DIE("%s", path);
    if (file)
        body.size = (size_t)st.st_size;
    else
        body = body_of(path, memory);
    at(curl, "big");
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, "PUT");
    perform(curl);
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, NULL);
    at(curl, "big/object");
    curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    if (file) {
        curl_easy_setopt(curl, CURLOPT_READFUNCTION, fread);
        curl_easy_setopt(curl, CURLOPT_READDATA, in);
    } else {
        curl_easy_setopt(curl, CURLOPT_READFUNCTION, memory ? give_memory : give_pattern);
        curl_easy_setopt(curl, CURLOPT_READDATA, &body);
    }
    curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t)body.size);
    perform(curl);
    curl_easy_cleanup(curl);
    if (in)
        fclose(in);
}

static void list(const char *count)
{
    CURL *curl = handle();
    curl_off_t bytes = 0, page;
    for (long long from = 0; from < atoll(count); from += 10000) {
        char path[128];
        if (from)
            snprintf(path, sizeof path, "rows-%s-1024?format=json&marker=obj-%08lld", count, from - 1);
        else
            snprintf(path, sizeof path, "rows-%s-1024?format=json", count);
        at(curl, path);
        perform(curl);
        curl_easy_getinfo(curl, CURLINFO_SIZE_DOWNLOAD_T, &page);
        bytes += page;
    }
    if (bytes < atoll(count) * 100)
        DIE("%lld bytes", (long long)bytes);
    curl_easy_cleanup(curl);
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";
    fill_small_body();
    curl_global_init(CURL_GLOBAL_ALL);
    headers = curl_slist_append(headers, "X-Auth-Token: AUTH_tkbench");
    headers = curl_slist_append(headers, "Expect:");
    if (!strcmp(what, "get") && argc == 5) {
        get(argv[2], argv[3]);
    } else if (!strcmp(what, "put") && argc == 5) {
        put(argv[2], argv[3]);
    } else if (!strcmp(what, "small") && argc == 5) {
        CURL *curl = handle();
        at(curl, "small");
        curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, "PUT");
        perform(curl);
        curl_easy_cleanup(curl);
        if (*env_or("BENCH_MULTI", ""))
            small_multi(argv[2], atoi(argv[3]), atoi(argv[4]));
        else
            run_shares(argv[2], atoi(argv[3]), atoi(argv[4]), small);
    } else if (!strcmp(what, "list") && argc == 3) {
        list(argv[2]);
    } else if (!strcmp(what, "stat")) {
        CURL *curl = handle();
        at(curl, "rows-1-1024/obj-00000000");
        curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
        perform(curl);
        curl_easy_cleanup(curl);
    } else {
        DIE("what?");
    }
    return 0;
}
