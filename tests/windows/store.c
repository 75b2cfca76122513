/* Without os_cacert it is the certificate store of Windows that says whom to trust: what is put there is trusted. For a drive
 * of the test's own: it stays there. */
#include <wincrypt.h>

#include "server.h"

static swc_connection *by_the_store(void)
{
    swc_config *config = swc_config_new();
    char url[256];
    snprintf(url, sizeof url, "%s/auth/v1.0", need("SWIFT_TEST_HTTPS_URL"));
    set(config, "auth", url);
    set(config, "user", need("ST_USER"));
    set(config, "key", need("ST_KEY"));
    set(config, "retries", "0");
    return connect_with(config);
}

int main(void)
{
    static char text[65536];
    static BYTE certificate[65536];
    DWORD length = sizeof certificate;
    size_t read;
    FILE *file = fopen(need("SWIFT_TEST_CACERT"), "rb");
    swc_connection *connection;
    HCERTSTORE store;
    CHECK(file);
    read = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    CHECK(CryptStringToBinaryA(text, (DWORD)read, CRYPT_STRING_BASE64HEADER, certificate, &length, NULL, NULL));
    connection = by_the_store();
    CHECK_STATUS(swc_connection_authenticate(connection, NULL, &err), SWC_ERR_TLS);
    swc_connection_free(connection);

    store = CertOpenSystemStoreA(0, "ROOT");
    CHECK(store);
    CHECK(CertAddEncodedCertificateToStore(store, X509_ASN_ENCODING, certificate, length, CERT_STORE_ADD_REPLACE_EXISTING,
                                           NULL));
    /* Wine writes it down when the store is closed. */
    CertCloseStore(store, 0);
    connection = by_the_store();
    CHECK_OK(swc_connection_authenticate(connection, NULL, &err));
    swc_connection_free(connection);
    printf("ok    the store of the system\n");
    return 0;
}
