/* Ends with 0 when the library that runs is of the version of the header. */
#include <string.h>
#include <swiftclient.h>

int main(void)
{
    return strcmp(swc_version(), SWC_VERSION) != 0 || swc_version_number() != SWC_VERSION_NUMBER;
}
