/* What the Go package needs of C beside swiftclient.h: several questions in one step over the boundary, and callbacks
 * whose user data is a number, as handles of Go are. */
#ifndef SWIFTCLIENT_GO_BRIDGE_H
#define SWIFTCLIENT_GO_BRIDGE_H

#include <stdlib.h>
#include <swiftclient.h>

/* All of an error but its lists. */
struct gosw_error {
    const char *message, *reason, *transaction_id, *method, *url, *body;
    size_t body_length, header_count;
    const swc_report *report;
    uint32_t attempts;
    int32_t status, http_status;
    bool retryable;
};
void gosw_error_get(const swc_error *error, struct gosw_error *out);

/* A row of a listing. */
struct gosw_row {
    const swc_entry *entry;
    const char *name, *hash, *content_type, *storage_policy, *slo_etag, *symlink_path, *symlink_etag, *version_id;
    uint64_t bytes, count;
    int64_t last_modified, last_modified_us, symlink_bytes;
    bool is_subdir, is_latest, is_delete_marker, is_version_symlink;
};
swc_status gosw_listing_next(swc_listing *listing, struct gosw_row *row, swc_error **err);
swc_status gosw_result_next_entry(swc_result *result, struct gosw_row *row, swc_error **err);

/* All of a result but its lists. */
struct gosw_result {
    const char *action, *container, *object, *path, *marker, *version_marker, *version_id, *destination, *outcome;
    const char *for_container, *for_object, *segment_etag;
    const swc_error *error;
    const swc_report *report;
    const swc_progress *progress;
    uint64_t tag, job, bytes, segment_index, segment_size;
    size_t header_count, item_count, object_count;
    uint32_t attempts;
    int32_t status, http_status;
    bool is_last, success, pseudodir, is_large, has_segment;
};
void gosw_result_get(const swc_result *result, struct gosw_result *out);

/* A body: a source, or memory that is lent for this call alone. */
struct gosw_body {
    const swc_source *source;
    size_t size;
    bool is_memory;
};
swc_status gosw_put_object(const swc_connection *connection, const char *container, const char *object,
                           struct gosw_body body, const void *memory, const swc_request *request,
                           swc_response **response, swc_error **err);
swc_status gosw_put_url(const swc_connection *connection, const char *url, struct gosw_body body, const void *memory,
                        const swc_request *request, swc_response **response, swc_error **err);
swc_status gosw_request(const swc_connection *connection, const char *method, const char *target,
                        struct gosw_body body, const void *memory, const swc_request *request,
                        swc_response **response, swc_error **err);
swc_status gosw_upload_archive(const swc_connection *connection, const char *container, const char *prefix,
                               int32_t format, struct gosw_body body, const void *memory, const swc_request *request,
                               swc_report **report, swc_error **err);

/* Text of an array in one block. */
char **gosw_texts_new(size_t count, size_t bytes);
void gosw_texts_set(char **texts, size_t index, size_t at, const char *text, size_t size);

swc_status gosw_source_new_copy(const void *data, size_t size, swc_source **source, swc_error **err);
swc_status gosw_source_new_lent(const void *data, size_t size, uintptr_t handle, swc_source **source,
                                swc_error **err);
swc_status gosw_source_new_reader(uintptr_t handle, bool can_rewind, int64_t length, swc_source **source,
                                  swc_error **err);
swc_status gosw_request_set_progress(swc_request *request, uintptr_t handle, swc_error **err);
swc_status gosw_config_set_auth(swc_config *config, uintptr_t handle, swc_error **err);
swc_status gosw_log_set(int32_t level, uintptr_t handle, swc_error **err);

#endif
