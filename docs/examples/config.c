/* Settings: by hand, from the environment, from clouds.yaml, and what there is to set. */
#include "example.h"

static swc_connection *settings_by_hand(void)
{
    swc_config *config = swc_config_new();
    swc_connection *connection = NULL;
    ok(swc_config_set(config, "auth", getenv("ST_AUTH"), &err));
    ok(swc_config_set(config, "user", "test:tester", &err));
    ok(swc_config_set(config, "key", "testing", &err));
    ok(swc_config_set(config, "timeout", "90s", &err));
    ok(swc_config_set(config, "retries", "3", &err));
    ok(swc_connection_new(config, &connection, &err));
    swc_config_free(config); /* the connection has a copy */
    return connection;
}

static void settings_from_the_environment(void)
{
    swc_config *config = swc_config_new();
    const char *value = NULL;
    ok(swc_config_load_env(config, &err)); /* ST_AUTH …, OS_AUTH_URL …, OS_CLOUD, http_proxy … */
    ok(swc_config_get(config, "user", &value, &err));
    printf("user: %s\n", value ? value : "(not set)");
    swc_config_free(config);
}

static void settings_from_clouds_yaml(const char *file)
{
    swc_config *config = swc_config_new();
    swc_connection *connection = NULL;
    /* Without a file: the usual places, as the command openstack looks for it. */
    ok(swc_config_load_cloud(config, "example", file, &err));
    ok(swc_connection_new(config, &connection, &err));
    swc_connection_free(connection);
    swc_config_free(config);
}

static void variants_of_one_config(const swc_config *base)
{
    swc_config *patient = swc_config_clone(base);
    ok(swc_config_set(patient, "retries", "20", &err));
    ok(swc_config_set(patient, "retry_max_elapsed", "10m", &err));
    swc_config_free(patient); /* the base is as it was */
}

static void lines_of_headers_and_metadata(void)
{
    swc_config *options = swc_config_new(); /* of a job: as --header and --meta of the command swift */
    ok(swc_config_add(options, "header", "Content-Type", "image/jpeg", &err));
    ok(swc_config_add(options, "meta", "Camera", "Leica", &err));
    ok(swc_config_add(options, "meta", "Place", "Lisbon", &err));
    swc_config_free(options);
}

static void a_wrong_setting_is_refused_at_once(void)
{
    swc_config *config = swc_config_new();
    swc_error *error = NULL;
    if (swc_config_set(config, "retries", "often", &error) == SWC_ERR_INVALID_ARGUMENT)
        fprintf(stderr, "%s\n", swc_error_message(error)); /* names the key and what it takes */
    swc_error_free(error);
    swc_config_free(config);
}

static void all_that_can_be_set(void)
{
    for (size_t i = 0; i < swc_config_key_count(); i++)
        printf("%-30s [%s] %s\n", swc_config_key_name(i), swc_config_key_default(i) ? swc_config_key_default(i) : "",
               swc_config_key_doc(i));
}

int main(void)
{
    swc_config *config = swc_config_new();
    FILE *file = fopen("clouds.yaml", "w");
    fprintf(file, "clouds:\n  example:\n    auth:\n      auth_url: %s\n      username: tester\n      password: testing\n"
                  "      project_name: test\n      user_domain_name: Default\n      project_domain_name: Default\n"
                  "    region_name: RegionOne\n",
            getenv("OS_AUTH_URL") ? getenv("OS_AUTH_URL") : "http://127.0.0.1:5000/v3");
    fclose(file);
    swc_connection_free(settings_by_hand());
    settings_from_the_environment();
    settings_from_clouds_yaml("clouds.yaml");
    variants_of_one_config(config);
    lines_of_headers_and_metadata();
    a_wrong_setting_is_refused_at_once();
    all_that_can_be_set();
    swc_config_free(config);
    remove("clouds.yaml");
    return 0;
}
