/* Puts a few objects into a container, for the examples to work on: fill CONTAINER */
#include "server.h"

int main(int argc, char **argv)
{
    swc_config *config = swc_config_new();
    swc_connection *connection = NULL;
    CHECK(argc == 2);
    CHECK_OK(swc_config_load_env(config, &err));
    CHECK_OK(swc_connection_new(config, &connection, &err));
    swc_config_free(config);
    make_container(connection, argv[1]);
    put_text(connection, argv[1], "one", "1");
    put_text(connection, argv[1], "dir/two", "22");
    put_text(connection, argv[1], "dir/three", "333");
    swc_connection_free(connection);
    return 0;
}
