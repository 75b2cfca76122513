/* Writes the page of settings of the reference, from what the library itself says of them. */
#include <stdio.h>
#include <string.h>

#include <swiftclient.h>

/* In a table a bar would begin a new cell, and Doxygen has meanings of its own for these characters. */
static void put(const char *text)
{
    for (; *text; text++) {
        if (strchr("|<>%@~*\\", *text))
            printf("&#%d;", *text);
        else
            putchar(*text);
    }
}

int main(void)
{
    puts("# Settings {#settings}\n\n"
         "Keys of swc_config_set(), as swc_config_key_name() and its companions list them at run time. Truth values are\n"
         "\"true\" and \"false\"; times are seconds, or a number with one of the suffixes s, m, h and d; sizes are bytes.\n"
         "What holds for a job is, from the weakest to the strongest: the default, the config of the connection, that of\n"
         "the service, that of the job, that of the object.\n\n"
         "| key | default | meaning |\n|---|---|---|");
    for (size_t i = 0; i < swc_config_key_count(); i++) {
        const char *value = swc_config_key_default(i);
        printf("| `%s` | ", swc_config_key_name(i));
        put(value ? value : "");
        printf(" | ");
        put(swc_config_key_doc(i));
        puts(" |");
    }
    return 0;
}
