/* libcurl's easy interface, a handle a thread; see common.h. With BENCH_MULTI=1 the small operations run in one thread
 * through its multi interface, THREADS of them at once. It verifies nothing.
 */
#include <curl/curl.h>

#include "common.h"

static size_t discard(char *data, size_t size, size_t count, void *to)
{
    (void)data, (void)to;
    return size * count;
}

static size_t give(char *to, size_t size, size_t count, void *at)
{
    size_t *given = at, n = SMALL - *given;
    if (n > size * count)
        n = size * count;
    memcpy(to, small_body + *given, n);
    *given += n;
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
        curl_easy_setopt(curl, CURLOPT_READFUNCTION, give);
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
    FILE *out = strcmp(to, "null") ? fopen(to, "wb") : NULL;
    snprintf(path, sizeof path, "rows-1-%s/obj-00000000", size);
    at(curl, path);
    if (out) {
        curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, fwrite);
        curl_easy_setopt(curl, CURLOPT_WRITEDATA, out);
    }
    perform(curl);
    curl_easy_cleanup(curl);
    if (out)
        fclose(out);
}

static void put(const char *path)
{
    CURL *curl = handle();
    FILE *in = fopen(path, "rb");
    if (!in || fseek(in, 0, SEEK_END))
        DIE("%s", path);
    curl_off_t size = ftell(in);
    rewind(in);
    at(curl, "big");
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, "PUT");
    perform(curl);
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, NULL);
    at(curl, "big/object");
    curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, fread);
    curl_easy_setopt(curl, CURLOPT_READDATA, in);
    curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE, size);
    perform(curl);
    curl_easy_cleanup(curl);
    fclose(in);
}

static void list(const char *count)
{
    CURL *curl = handle();
    for (long long from = 0; from < atoll(count); from += 10000) {
        char path[128];
        if (from)
            snprintf(path, sizeof path, "rows-%s-1024?format=json&marker=obj-%08lld", count, from - 1);
        else
            snprintf(path, sizeof path, "rows-%s-1024?format=json", count);
        at(curl, path);
        perform(curl);
    }
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
    } else if (!strcmp(what, "put") && argc == 4) {
        put(argv[2]);
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
