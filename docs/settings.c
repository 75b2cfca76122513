/* Writes the page of settings of the reference, from what the library itself says of them. */
#include <stdio.h>
#include <string.h>

#include <swiftclient.h>

/* Doxygen has meanings of its own for these characters, but not for all where it takes them for escaped; a word that has
 * one is set as code, and in a table a bar would begin a new cell. */
static void put(const char *text)
{
    while (*text) {
        size_t word = strcspn(text, " "), end = word;
        while (end > 0 && strchr(".,;:()", text[end - 1]))
            end--;
        int code = strcspn(text, "<>%@~*\\") < end && !memchr(text, '`', word);
        if (code)
            putchar('`');
        for (size_t i = 0; i < word; i++) {
            if (code && i == end)
                putchar('`');
            if (text[i] == '|')
                fputs("&#124;", stdout);
            else
                putchar(text[i]);
        }
        if (code && end == word)
            putchar('`');
        for (text += word; *text == ' '; text++)
            putchar(' ');
    }
}

int main(void)
{
    puts("# Settings {#settings}\n\n"
         "Keys of swc_config_set(), as swc_config_key_name() and its companions list them at run time. Truth values are\n"
         "\"true\" and \"false\"; times are seconds, or a number with one of the suffixes s, m, h and d; sizes are bytes, or\n"
         "a whole number with K, M or G, powers of 1024. What holds for a job is, from the weakest to the strongest: the\n"
         "default, the config of the connection, that of the service, that of the job, that of the object.\n\n"
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
