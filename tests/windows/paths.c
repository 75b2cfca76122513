/* Names and paths on Windows: no object gets out of the output directory, whatever it is called; folders may lie deep, and
 * paths may be outside of what any code page has. */
#include "server.h"

static swc_connection *connection;
static swc_service *service;
static swc_queue *queue;
static const char *container;

/* Does a job with one object: its last result. */
static swc_result *one(swc_status (*job)(const swc_service *, const char *, const swc_objects *, const swc_config *,
                                         const swc_queue *, uint64_t, uint64_t *, swc_error **),
                       const swc_objects *objects, swc_config *options)
{
    swc_result *result = NULL;
    size_t count = 0;
    CHECK_OK(job(service, container, objects, options, queue, 0, NULL, &err));
    do {
        swc_result_free(result);
        CHECK_OK(swc_queue_pop(queue, &result, 1, -1, &count, &err));
    } while (!swc_result_is_last(result));
    return result;
}

static swc_result *fetch(const char *name, const char *directory)
{
    swc_config *options = swc_config_new();
    swc_objects *objects = list_of(&name, 1);
    swc_result *result;
    set(options, "out_directory", directory);
    result = one(swc_service_download, objects, options);
    swc_objects_free(objects);
    swc_config_free(options);
    return result;
}

static wchar_t *wide(const char *text)
{
    static wchar_t room[4][2048];
    static int turn;
    turn = (turn + 1) % 4;
    CHECK(MultiByteToWideChar(CP_UTF8, 0, text, -1, room[turn], 2048) > 0);
    return room[turn];
}

/* What is in a folder, and in those below it. */
static int count_files(const wchar_t *folder)
{
    wchar_t path[2048];
    WIN32_FIND_DATAW found;
    HANDLE search;
    int count = 0;
    swprintf(path, 2048, L"%ls\\*", folder);
    search = FindFirstFileW(path, &found);
    if (search == INVALID_HANDLE_VALUE)
        return 0;
    do {
        if (wcscmp(found.cFileName, L".") == 0 || wcscmp(found.cFileName, L"..") == 0)
            continue;
        count++;
        if (found.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) {
            swprintf(path, 2048, L"%ls\\%ls", folder, found.cFileName);
            count += count_files(path);
        }
    } while (FindNextFileW(search, &found));
    FindClose(search);
    return count;
}

static void names_that_lead_elsewhere_are_refused(void)
{
    static const char *const names[] = {
        "../escaped", "a/../../escaped", "..\\escaped", "a\\..\\..\\escaped", "a/..\\..\\escaped", "\\escaped",
        "C:\\escaped", "C:/escaped", "C:escaped", "\\\\server\\share\\escaped", "\\\\?\\C:\\escaped", "//?/C:/escaped",
        "\\\\.\\pipe\\escaped", "\\??\\C:\\escaped", "file:stream", "file::$DATA", "a:b/c", "NUL", "nul.txt", "a/CON",
        "aux", "AUX.tar.gz", "com1", "LPT9.log", "COM\xc2\xb9", "conin$", "CONOUT$", "prn .txt", "dir./file", "dir /file",
        "file.", "file ", "file. .", "...", ".../escaped", "a/.. /escaped", "what?", "star*", "a|b", "a<b", "a>b", "a\"b",
        "bell\a", "new\nline", "a/..",
    };
    CHECK(mkdir("outer", 0700) == 0 && mkdir("outer/inner", 0700) == 0);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        swc_result *result;
        put_text(connection, container, names[i], "x");
        result = fetch(names[i], "outer/inner");
        if (swc_result_success(result))
            fprintf(stderr, "%s was written\n", names[i]);
        CHECK(!swc_result_success(result));
        CHECK_INT(swc_error_status(swc_result_error(result)), SWC_ERR_INVALID_ARGUMENT);
        CHECK(strstr(swc_error_message(swc_result_error(result)), "is not downloaded to a file of its name"));
        swc_result_free(result);
        delete_object(connection, container, names[i]);
    }
    /* Not even an empty folder, here or there. */
    CHECK_INT(count_files(L"outer"), 1);
    CHECK_INT(count_files(L"C:\\escaped"), 0);
}

static void all_others_are_written(void)
{
    static const char *const names[] = {
        "plain", "a/b/c", "/a/slash", "a//b/d", "./dot", ".hidden", "..two", "console", "com10", "nul_", "CON1/x",
        "with space/in it", "gr\xc3\xbc\xc3\x9f/\xe6\x97\xa5\xe6\x9c\xac/\xf0\x9f\x8e\x89", "PROGRA~1/x", "a'b!@#$%^&()[]{}=+,;`~",
    };
    CHECK(mkdir("all", 0700) == 0);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char path[512];
        HANDLE file;
        swc_result *result;
        put_text(connection, container, names[i], names[i]);
        result = fetch(names[i], "all");
        if (!swc_result_success(result))
            fprintf(stderr, "%s\n", swc_error_message(swc_result_error(result)));
        CHECK(swc_result_success(result));
        swc_result_free(result);
        snprintf(path, sizeof path, "all/%s", names[i] + (names[i][0] == '/'));
        file = CreateFileW(wide(path), GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL);
        CHECK(file != INVALID_HANDLE_VALUE);
        CHECK_INT(GetFileSize(file, NULL), strlen(names[i]));
        CloseHandle(file);
    }
}

static void deep_folders_and_verbatim_paths(void)
{
    char name[700] = "", here[MAX_PATH], verbatim[MAX_PATH + 16], path[1200];
    HANDLE file;
    DWORD is;
    swc_result *result;
    for (int i = 0; i < 12; i++)
        strcat(name, "a-folder-with-a-long-name-of-fifty-characters-or-so/");
    strcat(name, "o");
    CHECK(strlen(name) > 2 * MAX_PATH);
    put_text(connection, container, name, "deep");
    CHECK(mkdir("deep", 0700) == 0);
    result = fetch(name, "deep");
    if (!swc_result_success(result))
        fprintf(stderr, "%s\n", swc_error_message(swc_result_error(result)));
    CHECK(swc_result_success(result));
    swc_result_free(result);
    CHECK(GetCurrentDirectoryA(sizeof here, here) > 0);
    snprintf(path, sizeof path, "\\\\?\\%s\\deep\\%s", here, name);
    for (char *at = path; *at; at++)
        if (*at == '/')
            *at = '\\';
    file = CreateFileW(wide(path), GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL);
    CHECK(file != INVALID_HANDLE_VALUE);
    CHECK_INT(GetFileSize(file, NULL), 4);
    CloseHandle(file);

    snprintf(verbatim, sizeof verbatim, "\\\\?\\%s\\verbatim", here);
    CHECK(mkdir("verbatim", 0700) == 0);
    put_text(connection, container, "x/y", "z");
    result = fetch("x/y", verbatim);
    if (!swc_result_success(result))
        fprintf(stderr, "%s\n", swc_error_message(swc_result_error(result)));
    CHECK(swc_result_success(result));
    swc_result_free(result);
    check_file("verbatim/x/y", "z");
    /* What stands for a folder is no file, however the path is written. */
    put_text(connection, container, "folder/", "");
    result = fetch("folder/", verbatim);
    CHECK(swc_result_success(result));
    swc_result_free(result);
    is = GetFileAttributesA("verbatim/folder");
    CHECK(is == INVALID_FILE_ATTRIBUTES || is & FILE_ATTRIBUTE_DIRECTORY);
    delete_object(connection, container, "folder/");
    delete_object(connection, container, "x/y");
    delete_object(connection, container, name);
}

/* A tree is uploaded under names with slashes; a file alone under its path without the drive. */
static void paths_become_names(void)
{
    swc_objects *objects = swc_objects_new();
    swc_result *result = NULL;
    size_t count = 0;
    int done = 0, failed = 0, broken = 0;
    char path[MAX_PATH + 16], name[MAX_PATH + 16];
    CHECK(_wmkdir(L"tr\u00e9\u00e9") == 0 && _wmkdir(L"tr\u00e9\u00e9\\\u65e5") == 0);
    {
        HANDLE file = CreateFileW(L"tr\u00e9\u00e9\\\u65e5\\f", GENERIC_WRITE, 0, NULL, CREATE_NEW, 0, NULL);
        DWORD n;
        CHECK(file != INVALID_HANDLE_VALUE && WriteFile(file, "text", 4, &n, NULL) && CloseHandle(file));
        /* Half a surrogate: a name, and yet no text. Wine may not have such. */
        file = CreateFileW(L"tr\u00e9\u00e9\\\xd800", GENERIC_WRITE, 0, NULL, CREATE_NEW, 0, NULL);
        broken = file != INVALID_HANDLE_VALUE && CloseHandle(file);
    }
    CHECK_OK(swc_objects_add_tree(objects, "tr\xc3\xa9\xc3\xa9", "up", NULL, &err));
    CHECK_OK(swc_service_upload(service, container, objects, NULL, queue, 0, NULL, &err));
    while (!done) {
        CHECK_OK(swc_queue_pop(queue, &result, 1, -1, &count, &err));
        if (!swc_result_success(result) && !swc_result_is_last(result)) {
            CHECK_INT(swc_error_status(swc_result_error(result)), SWC_ERR_INVALID_UTF8);
            failed++;
        }
        done = swc_result_is_last(result);
        swc_result_free(result);
    }
    swc_objects_free(objects);
    CHECK_INT(failed, broken);
    check_object(connection, container, "up/\xe6\x97\xa5/f", "text");

    write_text("alone", "by its path");
    CHECK(GetCurrentDirectoryA(MAX_PATH, path) > 0);
    strcat(path, "\\alone");
    objects = swc_objects_new();
    CHECK_OK(swc_objects_add_file(objects, path, NULL, NULL, &err));
    result = one(swc_service_upload, objects, NULL);
    if (!swc_result_success(result))
        fprintf(stderr, "%s\n", swc_error_message(swc_result_error(result)));
    CHECK(swc_result_success(result));
    strcpy(name, path + 3);
    for (char *at = name; *at; at++)
        if (*at == '\\')
            *at = '/';
    CHECK_TEXT(swc_result_object(result), name);
    swc_result_free(result);
    swc_objects_free(objects);
    check_object(connection, container, name, "by its path");
}

static void files_in_use_and_read_only(void)
{
    HANDLE file;
    swc_result *result;
    put_text(connection, container, "busy", "new");
    CHECK(mkdir("used", 0700) == 0);
    write_text("used/busy", "old");
    /* Read by somebody who lets others delete it: replaced under his hands. */
    file = CreateFileA("used/busy", GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
                       OPEN_EXISTING, 0, NULL);
    CHECK(file != INVALID_HANDLE_VALUE);
    CloseHandle(file);
    result = fetch("busy", "used");
    CHECK(swc_result_success(result));
    swc_result_free(result);
    check_file("used/busy", "new");
    /* Kept by its attribute: a failure, and nothing is left behind. */
    write_text("used/busy", "old");
    CHECK(SetFileAttributesA("used/busy", FILE_ATTRIBUTE_READONLY));
    result = fetch("busy", "used");
    CHECK(!swc_result_success(result));
    CHECK_INT(swc_error_status(swc_result_error(result)), SWC_ERR_IO);
    CHECK(strstr(swc_error_message(swc_result_error(result)), "read-only"));
    swc_result_free(result);
    check_file("used/busy", "old");
    CHECK_INT(count_files(L"used"), 1);
    CHECK(SetFileAttributesA("used/busy", FILE_ATTRIBUTE_NORMAL));
}

static void the_device_for_nothing(void)
{
    swc_response *response = NULL;
    uint64_t written = 0;
    put_text(connection, container, "o", "hello");
    CHECK_OK(swc_connection_get_object(connection, container, "o", NULL, &response, &err));
    CHECK_OK(swc_response_write_to_file(response, "NUL", &written, &err));
    CHECK_INT(written, 5);
    swc_response_free(response);
}

static void what_is_no_handle_is_told(void)
{
    swc_source *source = NULL;
    CHECK_FAILS(swc_source_new_fd(3, -1, &source, &err), SWC_ERR_IO);
    CHECK(strstr(swc_error_message(err), "_get_osfhandle"));
    forget_error();
}

int main(void)
{
    connection = connect_to("v1");
    container = own_container("windows-names");
    make_container(connection, container);
    CHECK_OK(swc_service_new(connection, NULL, &service, &err));
    CHECK_OK(swc_queue_new(&queue, &err));
    RUN(names_that_lead_elsewhere_are_refused);
    RUN(all_others_are_written);
    RUN(deep_folders_and_verbatim_paths);
    RUN(paths_become_names);
    RUN(files_in_use_and_read_only);
    RUN(the_device_for_nothing);
    RUN(what_is_no_handle_is_told);
    CHECK_OK(swc_service_shutdown(service, -1, &err));
    swc_service_free(service);
    swc_queue_free(queue);
    remove_container(connection, container);
    swc_connection_free(connection);
    return 0;
}
