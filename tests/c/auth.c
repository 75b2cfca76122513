/* Ways to authenticate, the token of a service, and an application that logs in by itself. */
#include <pthread.h>
#include <time.h>

#include "server.h"

/* Only the URL of Keystone, and a region. */
static swc_config *keystone(void)
{
    swc_config *config = swc_config_new();
    set(config, "os_auth_url", need("OS_AUTH_URL"));
    set(config, "os_region_name", need("OS_REGION_NAME"));
    set(config, "auth_version", "3");
    return config;
}

static swc_config *keystone_user(const char *user, const char *password)
{
    swc_config *config = keystone();
    set(config, "os_username", user);
    if (password)
        set(config, "os_password", password);
    return config;
}

/* The storage URL of the settings, after a request that needs the token; to be freed. */
static char *accepted(swc_config *config)
{
    swc_connection *connection = connect_with(config);
    swc_response *response = NULL;
    char *url = NULL;
    CHECK_OK(swc_connection_head_account(connection, NULL, &response, &err));
    CHECK_OK(swc_connection_storage_url(connection, &url, &err));
    swc_response_free(response);
    swc_connection_free(connection);
    return url;
}

static void works(swc_config *config)
{
    swc_string_free(accepted(config));
}

static void is_refused(swc_config *config, const char *says)
{
    swc_connection *connection = connect_with(config);
    CHECK_FAILS(swc_connection_authenticate(connection, NULL, &err), SWC_ERR_AUTH);
    CHECK(strstr(swc_error_message(err), says));
    CHECK(!swc_error_retryable(err));
    forget_error();
    swc_connection_free(connection);
}

/* A passcode is good for half a minute, and for one token only; the last half minute's is taken too. */
static const char *passcode(void)
{
    static char code[16];
    char command[1024];
    const char *server = need("SWIFT_TEST_SERVER");
    FILE *pipe;
    snprintf(command, sizeof command, "'%.*s/passcode' %s", (int)(strrchr(server, '/') - server), server,
             need("SWIFT_TEST_TOTP_SECRET"));
    pipe = popen(command, "r");
    CHECK(pipe && fgets(code, sizeof code, pipe) && pclose(pipe) == 0);
    code[strcspn(code, "\n")] = '\0';
    return code;
}

/* The storage URL of the test project. */
static char *project_url(void)
{
    return accepted(config_for("v3"));
}

static void version_1(void)
{
    swc_config *config = config_for("v1");
    char *url = accepted(swc_config_clone(config));
    CHECK(strstr(url, "/v1/AUTH_test"));
    swc_string_free(url);
    /* As keystoneauth's plugin, with which the project is the account. */
    set(config, "os_auth_type", "v1password");
    set(config, "os_project_name", "AUTH_test");
    url = accepted(swc_config_clone(config));
    CHECK(strstr(url, "/v1/AUTH_test"));
    swc_string_free(url);
    set(config, "key", "wrong");
    is_refused(config, "check the options user and key");
}

static void version_2(void)
{
    swc_config *config = keystone_user(need("OS_USERNAME"), need("OS_PASSWORD"));
    swc_connection *connection;
    char *token = NULL;
    set(config, "auth_version", "2");
    set(config, "os_auth_url", need("SWIFT_TEST_KEYSTONE_V2_URL"));
    set(config, "os_tenant_name", need("OS_PROJECT_NAME"));
    works(swc_config_clone(config));
    connection = connect_with(swc_config_clone(config));
    CHECK_OK(swc_connection_authenticate(connection, NULL, &err));
    CHECK_OK(swc_connection_token(connection, &token, &err));
    swc_connection_free(connection);
    set(config, "os_auth_type", "v2token");
    set(config, "os_auth_token", token);
    works(config);
    swc_string_free(token);
}

static void version_3(void)
{
    swc_config *config = config_for("v3");
    swc_connection *connection = connect_with(swc_config_clone(config));
    char *token = NULL;
    works(swc_config_clone(config));
    CHECK_OK(swc_connection_authenticate(connection, NULL, &err));
    CHECK_OK(swc_connection_token(connection, &token, &err));
    swc_connection_free(connection);
    set(config, "os_auth_token", token);
    works(swc_config_clone(config));
    set(config, "os_auth_type", "v3token");
    works(swc_config_clone(config));
    set(config, "os_auth_type", "v3password");
    set(config, "os_password", "wrong");
    is_refused(config, "check the user, the password");
    swc_string_free(token);

    config = keystone();
    set(config, "os_application_credential_id", need("SWIFT_TEST_APPCRED_ID"));
    set(config, "os_application_credential_secret", need("SWIFT_TEST_APPCRED_SECRET"));
    works(config);
}

static void passcodes(void)
{
    swc_config *config = keystone_user(need("OS_USERNAME"), NULL);
    set(config, "os_project_name", need("OS_PROJECT_NAME"));
    set(config, "os_auth_type", "v3totp");
    set(config, "os_passcode", passcode());
    works(swc_config_clone(config));
    set(config, "os_passcode", "000000");
    is_refused(config, "the passcode, which is good for half a minute");

    /* A user that needs both. */
    config = keystone_user("tester5", "testing5");
    set(config, "os_project_name", need("OS_PROJECT_NAME"));
    is_refused(swc_config_clone(config), "tester5");
    set(config, "os_auth_type", "v3multifactor");
    set(config, "os_auth_methods", "v3password,v3totp");
    set(config, "os_passcode", passcode());
    works(config);
}

static void scopes(void)
{
    char *url = project_url(), *other;
    swc_config *config = keystone_user("tester2", "testing2");
    swc_connection *connection;
    swc_response *response = NULL;
    /* tester2 works in tester's project. */
    set(config, "os_trust_id", need("SWIFT_TEST_TRUST_ID"));
    other = accepted(config);
    CHECK_TEXT(other, url);
    swc_string_free(other);

    config = keystone_user("admin", "adminpass");
    set(config, "os_domain_id", "default");
    is_refused(swc_config_clone(config), "set os_storage_url");
    set(config, "os_storage_url", url);
    connection = connect_with(config);
    make_container(connection, own_container("domain"));
    remove_container(connection, own_container("domain"));
    swc_connection_free(connection);

    /* The system scope may read here, and no more. */
    config = keystone_user("admin", "adminpass");
    set(config, "os_system_scope", "all");
    set(config, "os_storage_url", url);
    connection = connect_with(config);
    CHECK_OK(swc_connection_head_account(connection, NULL, &response, &err));
    swc_response_free(response);
    CHECK_STATUS(swc_connection_put_container(connection, own_container("system"), NULL, NULL, &err),
                 SWC_ERR_FORBIDDEN);
    swc_connection_free(connection);
    swc_string_free(url);
}

/* A container that only user and service together may make. */
static void made_with_a_service(swc_config *config)
{
    swc_connection *connection = connect_with(config);
    swc_session *session = NULL;
    make_container(connection, own_container("service"));
    remove_container(connection, own_container("service"));
    CHECK_OK(swc_connection_session(connection, &session, &err));
    CHECK(swc_session_token(session) && swc_session_service_token(session));
    CHECK(strcmp(swc_session_token(session), swc_session_service_token(session)) != 0);
    swc_session_free(session);
    swc_connection_free(connection);
}

static void service_tokens(void)
{
    char url[512], *own = project_url();
    swc_config *config = config_for("v1");
    swc_connection *connection;
    snprintf(url, sizeof url, "%s/v1/SERVICE_test", need("SWIFT_TEST_URL"));
    set(config, "os_storage_url", url);
    connection = connect_with(swc_config_clone(config));
    CHECK_STATUS(swc_connection_put_container(connection, own_container("service"), NULL, NULL, &err),
                 SWC_ERR_FORBIDDEN);
    swc_connection_free(connection);
    set(config, "service_username", "service:service");
    set(config, "service_key", "servicing");
    made_with_a_service(swc_config_clone(config));
    set(config, "service_key", "wrong");
    is_refused(config, "service_username and service_key");

    /* Keystone's; user and service in different domains of settings. */
    config = config_for("v3");
    snprintf(url, sizeof url, "%.*s/v1/KEYSERVICE_%s", (int)(strstr(own, "/v1/") - own), own,
             strstr(own, "KEY_") + 4);
    set(config, "os_storage_url", url);
    set(config, "service_username", "swift");
    set(config, "service_key", "adminpass");
    set(config, "service_project_name", "service");
    set(config, "service_user_domain_id", "default");
    set(config, "service_project_domain_name", "Default");
    made_with_a_service(swc_config_clone(config));
    set(config, "service_project_name", "none");
    is_refused(config, "service_project_name");
    swc_string_free(own);
}

static void presets(void)
{
    swc_config *config = config_for("v1"), *ready = swc_config_new(), *only_url = config_for("v1");
    swc_connection *connection = connect_with(config);
    swc_session *session = NULL;
    CHECK_STATUS(swc_connection_session(connection, &session, &err), SWC_ERR_STATE);
    CHECK(!session);
    CHECK_OK(swc_connection_authenticate(connection, NULL, &err));
    CHECK_OK(swc_connection_session(connection, &session, &err));
    CHECK(swc_session_expires(session) > (int64_t)time(NULL));
    CHECK(!swc_session_service_token(session));
    /* Both, and no credentials. */
    set(ready, "os_storage_url", swc_session_storage_url(session));
    set(ready, "os_auth_token", swc_session_token(session));
    works(swc_config_clone(ready));
    /* A token that is no good, and no other. */
    set(ready, "os_auth_token", "none");
    {
        swc_connection *old = connect_with(swc_config_clone(ready));
        swc_response *response = NULL;
        CHECK_STATUS(swc_connection_head_account(old, NULL, &response, &err), SWC_ERR_UNAUTHORIZED);
        swc_connection_free(old);
    }
    /* With credentials beside it a good one is got. */
    set(ready, "auth", need("ST_AUTH"));
    set(ready, "user", need("ST_USER"));
    set(ready, "key", need("ST_KEY"));
    works(ready);
    /* The URL alone. */
    set(only_url, "os_storage_url", swc_session_storage_url(session));
    works(only_url);
    swc_session_free(session);
    swc_connection_free(connection);
}

/* An application that logs in by itself. */
struct login {
    pthread_mutex_t lock;
    char url[256], token[512];
    int calls, reasons[3], released, failures, inside, most_inside;
    int32_t fails;
    int64_t expires;
    const char *message;
    bool nothing, slow;
    const swc_connection *reenter;
    pthread_t thread;
    bool bogus_first;
};

static int32_t log_in(void *user_data, int32_t reason, swc_session *session)
{
    struct login *login = user_data;
    swc_error *own = NULL;
    pthread_mutex_lock(&login->lock);
    login->calls++;
    login->reasons[reason]++;
    login->thread = pthread_self();
    if (++login->inside > login->most_inside)
        login->most_inside = login->inside;
    pthread_mutex_unlock(&login->lock);
    /* What there was before is there to be looked at. */
    CHECK((reason == SWC_AUTH_FIRST) == (swc_session_token(session) == NULL));
    if (login->reenter) {
        swc_response *response = NULL;
        swc_session *now = NULL;
        CHECK(swc_connection_head_account(login->reenter, NULL, &response, &own) == SWC_ERR_STATE);
        swc_error_free(own);
        CHECK(swc_connection_session(login->reenter, &now, NULL) == SWC_ERR_STATE);
    }
    if (login->slow)
        usleep(200000);
    pthread_mutex_lock(&login->lock);
    login->inside--;
    pthread_mutex_unlock(&login->lock);
    if (login->fails) {
        login->failures++;
        if (login->message)
            CHECK(swc_session_set_failure(session, login->message, NULL) == SWC_OK);
        return login->fails;
    }
    if (login->nothing)
        return SWC_OK;
    CHECK(swc_session_set_storage_url(session, "ftp://no", &own) == SWC_ERR_INVALID_ARGUMENT);
    swc_error_free(own);
    CHECK(swc_session_set_storage_url(session, login->url, NULL) == SWC_OK);
    CHECK(swc_session_set_token(session, "two\nlines", NULL) == SWC_ERR_INVALID_ARGUMENT);
    CHECK(swc_session_set_token(session, login->bogus_first && login->calls == 1 ? "bogus" : login->token, NULL) ==
          SWC_OK);
    CHECK(swc_session_set_service_token(session, "serves", NULL) == SWC_OK);
    CHECK(strcmp(swc_session_service_token(session), "serves") == 0);
    CHECK(swc_session_set_service_token(session, NULL, NULL) == SWC_OK);
    CHECK(swc_session_set_expires(session, login->expires ? login->expires : -1, NULL) == SWC_OK);
    /* It is not ours to free. */
    swc_session_free(session);
    return SWC_OK;
}

static void released(void *user_data)
{
    ((struct login *)user_data)->released++;
}

/* With the token of somebody who has logged in at the real server. */
static struct login *logged_in(void)
{
    struct login *login = calloc(1, sizeof *login);
    swc_connection *connection = connect_to("v1");
    char *url = NULL, *token = NULL;
    CHECK_OK(swc_connection_authenticate(connection, NULL, &err));
    CHECK_OK(swc_connection_storage_url(connection, &url, &err));
    CHECK_OK(swc_connection_token(connection, &token, &err));
    pthread_mutex_init(&login->lock, NULL);
    snprintf(login->url, sizeof login->url, "%s", url);
    snprintf(login->token, sizeof login->token, "%s", token);
    swc_string_free(url);
    swc_string_free(token);
    swc_connection_free(connection);
    return login;
}

static swc_config *config_of(struct login *login)
{
    swc_config *config = swc_config_new();
    CHECK_OK(swc_config_set_auth_callback(config, log_in, released, login, &err));
    set(config, "starting_backoff", "0.01");
    set(config, "retries", "2");
    return config;
}

static void head(const swc_connection *connection, int32_t want)
{
    swc_response *response = NULL;
    CHECK_STATUS(swc_connection_head_account(connection, NULL, &response, &err), want);
    swc_response_free(response);
}

static void an_application_logs_in(void)
{
    struct login *login = logged_in();
    swc_config *config = config_of(login);
    swc_connection *connection = NULL;
    swc_session *session = NULL;
    /* Without any other setting; on this thread; once. */
    CHECK_OK(swc_connection_new(config, &connection, &err));
    swc_config_free(config);
    CHECK_INT(login->calls, 0);
    login->expires = (int64_t)time(NULL) + 3600;
    head(connection, SWC_OK);
    head(connection, SWC_OK);
    CHECK_INT(login->calls, 1);
    CHECK_INT(login->reasons[SWC_AUTH_FIRST], 1);
    CHECK(pthread_equal(login->thread, pthread_self()));
    CHECK_OK(swc_connection_session(connection, &session, &err));
    CHECK_TEXT(swc_session_token(session), login->token);
    CHECK_TEXT(swc_session_storage_url(session), login->url);
    CHECK(llabs(swc_session_expires(session) - login->expires) <= 1);
    swc_session_free(session);
    CHECK_INT(login->released, 0);
    swc_connection_free(connection);
    CHECK_INT(login->released, 1);
    free(login);
}

static void it_is_asked_again_when_the_token_is_refused_or_old(void)
{
    struct login *login = logged_in();
    swc_connection *connection;
    login->bogus_first = true;
    connection = connect_with(config_of(login));
    head(connection, SWC_OK);
    CHECK_INT(login->calls, 2);
    CHECK_INT(login->reasons[SWC_AUTH_REFUSED], 1);
    swc_connection_free(connection);
    CHECK_INT(login->released, 1);

    /* A tenth of its life before the end, and that is now: another one each time. */
    login->released = login->calls = 0;
    login->bogus_first = false;
    login->expires = (int64_t)time(NULL) + 1;
    connection = connect_with(config_of(login));
    head(connection, SWC_OK);
    while (time(NULL) <= login->expires)
        usleep(50000);
    head(connection, SWC_OK);
    CHECK_INT(login->reasons[SWC_AUTH_EXPIRING], 1);
    swc_connection_free(connection);
    free(login);
}

static void it_fails_in_its_own_words(void)
{
    struct login *login = logged_in();
    swc_connection *connection = connect_with(config_of(login));
    swc_response *response = NULL;
    login->fails = SWC_ERR_AUTH;
    login->message = "the ticket has expired";
    CHECK_FAILS(swc_connection_head_account(connection, NULL, &response, &err), SWC_ERR_AUTH);
    CHECK(strstr(swc_error_message(err), "the authentication callback failed: the ticket has expired"));
    forget_error();
    CHECK_INT(login->calls, 1);
    swc_connection_free(connection);

    /* What may pass is tried again. */
    connection = connect_with(config_of(login));
    login->fails = SWC_ERR_CONNECT;
    login->calls = 0;
    head(connection, SWC_ERR_CONNECT);
    CHECK_INT(login->calls, 3);
    login->fails = 0;
    head(connection, SWC_OK);
    swc_connection_free(connection);

    connection = connect_with(config_of(login));
    login->message = NULL;
    login->fails = 4711;
    CHECK_FAILS(swc_connection_head_account(connection, NULL, &response, &err), SWC_ERR_CALLBACK);
    CHECK(strstr(swc_error_message(err), "4711"));
    forget_error();
    login->fails = 0;
    login->nothing = true;
    CHECK_FAILS(swc_connection_head_account(connection, NULL, &response, &err), SWC_ERR_CALLBACK);
    CHECK(strstr(swc_error_message(err), "has set no token"));
    forget_error();
    swc_connection_free(connection);
    CHECK_INT(login->released, 3);
    free(login);
}

static void it_cannot_wait_for_itself(void)
{
    struct login *login = logged_in();
    swc_connection *connection = connect_with(config_of(login));
    login->reenter = connection;
    head(connection, SWC_OK);
    CHECK_INT(login->calls, 1);
    swc_connection_free(connection);
    free(login);
}

static void *one_of_many(void *connection)
{
    swc_response *response = NULL;
    swc_error *own = NULL;
    swc_status status = swc_connection_head_account(connection, NULL, &response, &own);
    swc_response_free(response);
    swc_error_free(own);
    return (void *)(intptr_t)status;
}

static void many_threads_log_in_once(void)
{
    enum { MANY = 32 };
    struct login *login = logged_in();
    swc_connection *connection;
    pthread_t threads[MANY];
    login->bogus_first = true;
    login->slow = true;
    connection = connect_with(config_of(login));
    for (int i = 0; i < MANY; i++)
        CHECK(pthread_create(&threads[i], NULL, one_of_many, connection) == 0);
    for (int i = 0; i < MANY; i++) {
        void *status;
        pthread_join(threads[i], &status);
        CHECK_INT((intptr_t)status, SWC_OK);
    }
    CHECK_INT(login->calls, 2);
    CHECK_INT(login->most_inside, 1);
    swc_connection_free(connection);
    CHECK_INT(login->released, 1);
    free(login);
}

static void a_service_logs_in_the_same_way(void)
{
    struct login *login = logged_in();
    swc_connection *connection = connect_with(config_of(login));
    swc_service *service = NULL;
    swc_queue *queue = NULL;
    swc_result *results[4] = {NULL};
    size_t count = 0;
    uint64_t job = 0;
    login->bogus_first = true;
    CHECK_OK(swc_service_new(connection, NULL, &service, &err));
    CHECK_OK(swc_queue_new(&queue, &err));
    CHECK_OK(swc_service_stat(service, NULL, NULL, NULL, queue, 1, &job, &err));
    CHECK_OK(swc_queue_pop(queue, results, 4, 60000, &count, &err));
    CHECK_INT(count, 1);
    CHECK(swc_result_success(results[0]));
    swc_result_free(results[0]);
    CHECK_INT(login->calls, 2);
    CHECK_OK(swc_service_shutdown(service, -1, &err));
    swc_service_free(service);
    swc_queue_free(queue);
    swc_connection_free(connection);
    CHECK_INT(login->released, 1);
    free(login);
}

static void what_is_set_goes_before_the_application(void)
{
    struct login *login = logged_in();
    swc_config *config = config_of(login);
    swc_connection *connection;
    /* A token to begin with: the application is asked when it is refused. */
    set(config, "os_storage_url", login->url);
    set(config, "os_auth_token", "bogus");
    connection = connect_with(config);
    head(connection, SWC_OK);
    CHECK_INT(login->calls, 1);
    CHECK_INT(login->reasons[SWC_AUTH_REFUSED], 1);
    swc_connection_free(connection);
    CHECK_INT(login->released, 1);
    /* Taken away again, it is released and there is nothing left. */
    login->released = 0;
    config = config_of(login);
    CHECK_OK(swc_config_set_auth_callback(config, NULL, NULL, NULL, &err));
    CHECK_INT(login->released, 1);
    CHECK_STATUS(swc_connection_new(config, &connection, &err), SWC_ERR_AUTH);
    swc_config_free(config);
    /* Also when it never was taken. */
    CHECK_STATUS(swc_config_set_auth_callback(NULL, log_in, released, login, &err), SWC_ERR_INVALID_ARGUMENT);
    CHECK_INT(login->released, 2);
    free(login);
}

static const char *is(const swc_config *config, const char *key)
{
    const char *value = NULL;
    CHECK_OK(swc_config_get(config, key, &value, &err));
    return value;
}

/* Three clouds, in the current directory, where clouds.yaml is first looked for. */
static void write_clouds(void)
{
    FILE *file = fopen("clouds.yaml", "wb");
    CHECK(file);
    fprintf(file, "clouds:\n");
    fprintf(file, "  password:\n    auth: &who\n      auth_url: %s\n      username: %s\n      project_name: %s\n",
            need("OS_AUTH_URL"), need("OS_USERNAME"), need("OS_PROJECT_NAME"));
    fprintf(file, "      user_domain_name: Default\n      project_domain_name: Default\n");
    fprintf(file, "    regions: [RegionOne, RegionTLS]\n");
    fprintf(file, "  tls:\n    auth:\n      <<: *who\n      auth_url: %s\n      password: %s\n",
            need("SWIFT_TEST_KEYSTONE_HTTPS_URL"), need("OS_PASSWORD"));
    fprintf(file, "    region_name: RegionTLS\n    cacert: %s\n", need("SWIFT_TEST_CACERT"));
    fprintf(file, "  tempauth:\n    auth_type: v1password\n    auth: {auth_url: '%s', username: '%s', password: '%s'}\n",
            need("ST_AUTH"), need("ST_USER"), need("ST_KEY"));
    CHECK(fclose(file) == 0);
    file = fopen("secure.yaml", "wb");
    CHECK(file);
    fprintf(file, "clouds:\n  password:\n    auth: {password: '%s'}\n", need("OS_PASSWORD"));
    CHECK(fclose(file) == 0);
}

static void clouds(void)
{
    swc_config *config = swc_config_new();
    swc_connection *connection = NULL;
    char *url;
    write_clouds();
    CHECK_OK(swc_config_load_cloud(config, "tls", NULL, &err));
    CHECK_TEXT(is(config, "os_region_name"), "RegionTLS");
    url = accepted(swc_config_clone(config));
    CHECK(strncmp(url, need("SWIFT_TEST_HTTPS_URL"), strlen(need("SWIFT_TEST_HTTPS_URL"))) == 0);
    swc_string_free(url);
    CHECK_OK(swc_config_load_cloud(config, "tempauth", "clouds.yaml", &err));
    CHECK_TEXT(is(config, "os_region_name"), "");
    works(swc_config_clone(config));

    /* The password is in secure.yaml, and the region is for us to choose. */
    CHECK_OK(swc_config_load_cloud(config, "password", NULL, &err));
    CHECK_FAILS(swc_connection_new(config, &connection, &err), SWC_ERR_INVALID_ARGUMENT);
    CHECK(strstr(swc_error_message(err), "RegionOne, RegionTLS"));
    forget_error();
    CHECK_FAILS(swc_config_set(config, "os_region_name", "RegionTwo", &err), SWC_ERR_INVALID_ARGUMENT);
    forget_error();
    set(config, "os_region_name", "RegionOne");
    works(swc_config_clone(config));
    /* What is set goes before it. */
    set(config, "os_password", "wrong");
    is_refused(swc_config_clone(config), "check the user, the password");

    CHECK_FAILS(swc_config_load_cloud(config, "none", NULL, &err), SWC_ERR_INVALID_ARGUMENT);
    CHECK(strstr(swc_error_message(err), "it has password, tls, tempauth"));
    forget_error();
    CHECK_FAILS(swc_config_load_cloud(config, NULL, NULL, &err), SWC_ERR_INVALID_ARGUMENT);
    forget_error();
    CHECK_STATUS(swc_config_load_cloud(config, "tls", "/none.yaml", &err), SWC_ERR_IO);
    CHECK_TEXT(is(config, "os_cloud"), "password");
    swc_config_free(config);

    /* As a key alone, read when the connection is made. */
    config = swc_config_new();
    set(config, "os_cloud", "tls");
    works(config);

    /* By the environment, whose other variables do not count then. */
    config = swc_config_new();
    CHECK(setenv("OS_CLOUD", "tempauth", 1) == 0);
    CHECK(unsetenv("ST_USER") == 0);
    CHECK_OK(swc_config_load_env(config, &err));
    CHECK_TEXT(is(config, "os_auth_type"), "v1password");
    CHECK_TEXT(is(config, "os_project_name"), "");
    works(config);
    CHECK(unsetenv("OS_CLOUD") == 0);
}

int main(void)
{
    RUN(version_1);
    RUN(version_2);
    RUN(version_3);
    RUN(passcodes);
    RUN(scopes);
    RUN(service_tokens);
    RUN(presets);
    RUN(an_application_logs_in);
    RUN(it_is_asked_again_when_the_token_is_refused_or_old);
    RUN(it_fails_in_its_own_words);
    RUN(it_cannot_wait_for_itself);
    RUN(many_threads_log_in_once);
    RUN(a_service_logs_in_the_same_way);
    RUN(what_is_set_goes_before_the_application);
    /* Changes the environment. */
    RUN(clouds);
    return 0;
}
