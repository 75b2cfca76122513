/* The contract with programs, as tests/check-abi last saw and accepted it. Written by it; see there. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum swc_status {
    SWC_OK = 0,
    SWC_END = 1,
    SWC_TIMED_OUT = 2,
    SWC_ERR_INVALID_ARGUMENT = -1,
    SWC_ERR_INVALID_UTF8 = -2,
    SWC_ERR_STATE = -3,
    SWC_ERR_AGAIN = -4,
    SWC_ERR_UNSUPPORTED = -5,
    SWC_ERR_PANIC = -6,
    SWC_ERR_CANCELLED = -7,
    SWC_ERR_CALLBACK = -8,
    SWC_ERR_IO = -9,
    SWC_ERR_CONNECT = -20,
    SWC_ERR_TLS = -21,
    SWC_ERR_TIMEOUT = -22,
    SWC_ERR_PROTOCOL = -23,
    SWC_ERR_AUTH = -24,
    SWC_ERR_CHECKSUM = -25,
    SWC_ERR_HTTP = -40,
    SWC_ERR_NOT_FOUND = -41,
    SWC_ERR_UNAUTHORIZED = -42,
    SWC_ERR_FORBIDDEN = -43,
    SWC_ERR_CONFLICT = -44,
    SWC_ERR_PRECONDITION = -45,
    SWC_ERR_NOT_MODIFIED = -46,
    SWC_ERR_RANGE = -47,
    SWC_ERR_TOO_LARGE = -48,
    SWC_ERR_RATE_LIMITED = -49,
    SWC_ERR_SERVER = -50,
};
typedef int32_t swc_status;
enum swc_account_access {
    SWC_ACCOUNT_ADMIN = 0,
    SWC_ACCOUNT_READ_WRITE = 1,
    SWC_ACCOUNT_READ_ONLY = 2,
};
typedef int32_t swc_account_access;
enum swc_archive {
    SWC_ARCHIVE_BY_NAME = 0,
    SWC_ARCHIVE_TAR = 1,
    SWC_ARCHIVE_TAR_GZ = 2,
    SWC_ARCHIVE_TAR_BZ2 = 3,
};
typedef int32_t swc_archive;
enum swc_symlink_post {
    SWC_SYMLINK_POST_REPORT = 0,
    SWC_SYMLINK_POST_LINK = 1,
    SWC_SYMLINK_POST_TARGET = 2,
};
typedef int32_t swc_symlink_post;
enum swc_log_level {
    SWC_LOG_OFF = 0,
    SWC_LOG_ERROR = 1,
    SWC_LOG_WARN = 2,
    SWC_LOG_INFO = 3,
    SWC_LOG_DEBUG = 4,
};
typedef int32_t swc_log_level;
enum swc_auth_reason {
    SWC_AUTH_FIRST = 0,
    SWC_AUTH_REFUSED = 1,
    SWC_AUTH_EXPIRING = 2,
};
typedef int32_t swc_auth_reason;
typedef struct swc_account_acl swc_account_acl;
typedef struct swc_cancel swc_cancel;
typedef struct swc_capabilities swc_capabilities;
typedef struct swc_config swc_config;
typedef struct swc_connection swc_connection;
typedef struct swc_endpoints swc_endpoints;
typedef struct swc_entry swc_entry;
typedef struct swc_error swc_error;
typedef struct swc_formpost swc_formpost;
typedef struct swc_listing swc_listing;
typedef struct swc_manifest swc_manifest;
typedef struct swc_objects swc_objects;
typedef struct swc_progress swc_progress;
typedef struct swc_queue swc_queue;
typedef struct swc_reader swc_reader;
typedef struct swc_report swc_report;
typedef struct swc_request swc_request;
typedef struct swc_response swc_response;
typedef struct swc_result swc_result;
typedef struct swc_segment swc_segment;
typedef struct swc_service swc_service;
typedef struct swc_session swc_session;
typedef struct swc_source swc_source;
typedef struct swc_statistics swc_statistics;
typedef struct swc_tempurl swc_tempurl;
typedef struct swc_writer swc_writer;
typedef void (*swc_free_callback)(void *user_data);
typedef int64_t (*swc_read_callback)(void *user_data, void *buffer, size_t size);
typedef bool (*swc_rewind_callback)(void *user_data);
typedef bool (*swc_progress_callback)(void *user_data, uint64_t bytes_moved, int64_t bytes_total);
typedef int32_t (*swc_auth_callback)(void *user_data, int32_t reason, swc_session *session);
typedef void (*swc_log_callback)(void *user_data, int32_t level, const char *message);

swc_status swc_account_acl_add(swc_account_acl *acl, int32_t access, const char *user, swc_error **err);
const char *swc_account_acl_at(const swc_account_acl *acl, int32_t access, size_t index);
size_t swc_account_acl_count(const swc_account_acl *acl, int32_t access);
void swc_account_acl_free(swc_account_acl *acl);
swc_account_acl *swc_account_acl_new(void);
swc_status swc_account_acl_remove(swc_account_acl *acl, int32_t access, const char *user, swc_error **err);
void swc_cancel_cancel(const swc_cancel *cancel);
void swc_cancel_free(swc_cancel *cancel);
bool swc_cancel_is_cancelled(const swc_cancel *cancel);
swc_cancel *swc_cancel_new(void);
bool swc_capabilities_boolean(const swc_capabilities *capabilities, const char *path);
void swc_capabilities_free(swc_capabilities *capabilities);
bool swc_capabilities_has(const swc_capabilities *capabilities, const char *path);
int64_t swc_capabilities_integer(const swc_capabilities *capabilities, const char *path);
const char *swc_capabilities_item_at(const swc_capabilities *capabilities, const char *path, size_t index);
size_t swc_capabilities_item_count(const swc_capabilities *capabilities, const char *path);
const char *swc_capabilities_json(const swc_capabilities *capabilities);
int64_t swc_capabilities_limit(const swc_capabilities *capabilities, const char *name);
bool swc_capabilities_policy_at(const swc_capabilities *capabilities, size_t index, const char **name, const char **aliases);
size_t swc_capabilities_policy_count(const swc_capabilities *capabilities);
bool swc_capabilities_policy_is_default(const swc_capabilities *capabilities, size_t index);
bool swc_capabilities_policy_is_deprecated(const swc_capabilities *capabilities, size_t index);
const char *swc_capabilities_text(const swc_capabilities *capabilities, const char *path);
swc_status swc_config_add(swc_config *config, const char *key, const char *name, const char *value, swc_error **err);
swc_config *swc_config_clone(const swc_config *config);
void swc_config_free(swc_config *config);
swc_status swc_config_get(const swc_config *config, const char *key, const char **value, swc_error **err);
size_t swc_config_key_count(void);
const char *swc_config_key_default(size_t index);
const char *swc_config_key_doc(size_t index);
const char *swc_config_key_name(size_t index);
swc_status swc_config_load_cloud(swc_config *config, const char *name, const char *file, swc_error **err);
swc_status swc_config_load_env(swc_config *config, swc_error **err);
swc_config *swc_config_new(void);
swc_status swc_config_set(swc_config *config, const char *key, const char *value, swc_error **err);
swc_status swc_config_set_auth_callback(swc_config *config, swc_auth_callback auth_cb, swc_free_callback free_cb, void *user_data, swc_error **err);
swc_status swc_connection_authenticate(const swc_connection *connection, const swc_request *request, swc_error **err);
swc_status swc_connection_bulk_delete(const swc_connection *connection, const char *const *paths, size_t path_count, const swc_request *request, swc_report **report, swc_error **err);
swc_status swc_connection_capabilities(const swc_connection *connection, const swc_request *request, swc_response **response, swc_error **err);
void swc_connection_close_idle(const swc_connection *connection);
swc_status swc_connection_copy_object(const swc_connection *connection, const char *container, const char *object, const char *destination_container, const char *destination_object, const swc_request *request, swc_response **response, swc_error **err);
swc_status swc_connection_crossdomain(const swc_connection *connection, const swc_request *request, swc_response **response, swc_error **err);
swc_status swc_connection_delete_account(const swc_connection *connection, const swc_request *request, swc_response **response, swc_error **err);
swc_status swc_connection_delete_container(const swc_connection *connection, const char *container, const swc_request *request, swc_response **response, swc_error **err);
swc_status swc_connection_delete_dlo(const swc_connection *connection, const char *container, const char *object, const swc_request *request, swc_report **report, swc_error **err);
swc_status swc_connection_delete_object(const swc_connection *connection, const char *container, const char *object, const swc_request *request, swc_response **response, swc_error **err);
swc_status swc_connection_delete_slo(const swc_connection *connection, const char *container, const char *object, bool later, const swc_request *request, swc_report **report, swc_error **err);
swc_status swc_connection_delete_url(const swc_connection *connection, const char *url, const swc_request *request, swc_response **response, swc_error **err);
swc_status swc_connection_endpoints(const swc_connection *connection, const char *container, const char *object, const swc_request *request, swc_endpoints **endpoints, swc_error **err);
void swc_connection_free(swc_connection *connection);
swc_status swc_connection_get_account(const swc_connection *connection, const swc_request *request, swc_response **response, swc_error **err);
swc_status swc_connection_get_container(const swc_connection *connection, const char *container, const swc_request *request, swc_response **response, swc_error **err);
swc_status swc_connection_get_object(const swc_connection *connection, const char *container, const char *object, const swc_request *request, swc_response **response, swc_error **err);
swc_status swc_connection_get_slo_manifest(const swc_connection *connection, const char *container, const char *object, const swc_request *request, swc_manifest **manifest, swc_error **err);
swc_status swc_connection_get_url(const swc_connection *connection, const char *url, const swc_request *request, swc_response **response, swc_error **err);
swc_status swc_connection_head_account(const swc_connection *connection, const swc_request *request, swc_response **response, swc_error **err);
swc_status swc_connection_head_container(const swc_connection *connection, const char *container, const swc_request *request, swc_response **response, swc_error **err);
swc_status swc_connection_head_object(const swc_connection *connection, const char *container, const char *object, const swc_request *request, swc_response **response, swc_error **err);
swc_status swc_connection_head_url(const swc_connection *connection, const char *url, const swc_request *request, swc_response **response, swc_error **err);
swc_status swc_connection_healthcheck(const swc_connection *connection, const swc_request *request, swc_error **err);
void swc_connection_interrupt(const swc_connection *connection);
swc_status swc_connection_list_account(const swc_connection *connection, const swc_request *request, swc_listing **listing, swc_error **err);
swc_status swc_connection_list_container(const swc_connection *connection, const char *container, const swc_request *request, swc_listing **listing, swc_error **err);
swc_status swc_connection_move_object(const swc_connection *connection, const char *container, const char *object, const char *destination_container, const char *destination_object, const swc_request *request, swc_response **response, swc_error **err);
swc_status swc_connection_new(const swc_config *config, swc_connection **connection, swc_error **err);
swc_status swc_connection_options(const swc_connection *connection, const char *container, const char *object, const char *origin, const char *method, const swc_request *request, swc_response **response, swc_error **err);
swc_status swc_connection_post_account(const swc_connection *connection, const swc_request *request, swc_response **response, swc_error **err);
swc_status swc_connection_post_container(const swc_connection *connection, const char *container, const swc_request *request, swc_response **response, swc_error **err);
swc_status swc_connection_post_dlo(const swc_connection *connection, const char *container, const char *object, const swc_request *request, swc_response **response, swc_error **err);
swc_status swc_connection_post_object(const swc_connection *connection, const char *container, const char *object, const swc_request *request, swc_response **response, swc_error **err);
swc_status swc_connection_post_url(const swc_connection *connection, const char *url, const swc_request *request, swc_response **response, swc_error **err);
swc_status swc_connection_put_account(const swc_connection *connection, const swc_request *request, swc_response **response, swc_error **err);
swc_status swc_connection_put_container(const swc_connection *connection, const char *container, const swc_request *request, swc_response **response, swc_error **err);
swc_status swc_connection_put_dlo(const swc_connection *connection, const char *container, const char *object, const char *segment_container, const char *prefix, const swc_request *request, swc_response **response, swc_error **err);
swc_status swc_connection_put_object(const swc_connection *connection, const char *container, const char *object, const swc_source *source, const swc_request *request, swc_response **response, swc_error **err);
swc_status swc_connection_put_slo(const swc_connection *connection, const char *container, const char *object, const swc_manifest *manifest, const swc_request *request, swc_response **response, swc_error **err);
swc_status swc_connection_put_symlink(const swc_connection *connection, const char *container, const char *object, const char *target_account, const char *target_container, const char *target_object, const char *target_etag, const swc_request *request, swc_response **response, swc_error **err);
swc_status swc_connection_put_url(const swc_connection *connection, const char *url, const swc_source *source, const swc_request *request, swc_response **response, swc_error **err);
swc_status swc_connection_read_capabilities(const swc_connection *connection, const char *url, const swc_request *request, swc_capabilities **capabilities, swc_error **err);
swc_status swc_connection_request(const swc_connection *connection, const char *method, const char *target, const swc_source *source, const swc_request *request, swc_response **response, swc_error **err);
swc_status swc_connection_restore_object_version(const swc_connection *connection, const char *container, const char *object, const char *version_id, const swc_request *request, swc_response **response, swc_error **err);
swc_status swc_connection_session(const swc_connection *connection, swc_session **session, swc_error **err);
swc_status swc_connection_sign_formpost(const swc_connection *connection, const char *container, const char *prefix, swc_formpost *formpost, const swc_request *request, swc_error **err);
swc_status swc_connection_sign_tempurl(const swc_connection *connection, const char *container, const char *object, const swc_tempurl *tempurl, const swc_request *request, char **url, swc_error **err);
swc_status swc_connection_storage_url(const swc_connection *connection, char **storage_url, swc_error **err);
swc_status swc_connection_token(const swc_connection *connection, char **token, swc_error **err);
swc_status swc_connection_update_object_metadata(const swc_connection *connection, const char *container, const char *object, const swc_request *request, swc_response **response, swc_error **err);
swc_status swc_connection_upload_archive(const swc_connection *connection, const char *container, const char *prefix, int32_t format, const swc_source *source, const swc_request *request, swc_report **report, swc_error **err);
swc_status swc_connection_wait_dlo(const swc_connection *connection, const char *container, const char *object, uint64_t size, const swc_request *request, swc_response **response, swc_error **err);
size_t swc_endpoints_count(const swc_endpoints *endpoints);
void swc_endpoints_free(swc_endpoints *endpoints);
bool swc_endpoints_header_at(const swc_endpoints *endpoints, size_t index, const char **name, const char **value);
size_t swc_endpoints_header_count(const swc_endpoints *endpoints);
const char *swc_endpoints_url_at(const swc_endpoints *endpoints, size_t index);
uint64_t swc_entry_bytes(const swc_entry *entry);
const char *swc_entry_content_type(const swc_entry *entry);
uint64_t swc_entry_count(const swc_entry *entry);
bool swc_entry_field_at(const swc_entry *entry, size_t index, const char **key, const char **value);
size_t swc_entry_field_count(const swc_entry *entry);
const char *swc_entry_get(const swc_entry *entry, const char *key);
const char *swc_entry_hash(const swc_entry *entry);
bool swc_entry_is_delete_marker(const swc_entry *entry);
bool swc_entry_is_latest(const swc_entry *entry);
bool swc_entry_is_subdir(const swc_entry *entry);
bool swc_entry_is_version_symlink(const swc_entry *entry);
const char *swc_entry_json(const swc_entry *entry);
int64_t swc_entry_last_modified(const swc_entry *entry);
int64_t swc_entry_last_modified_us(const swc_entry *entry);
const char *swc_entry_name(const swc_entry *entry);
const char *swc_entry_slo_etag(const swc_entry *entry);
const char *swc_entry_storage_policy(const swc_entry *entry);
int64_t swc_entry_symlink_bytes(const swc_entry *entry);
const char *swc_entry_symlink_etag(const swc_entry *entry);
const char *swc_entry_symlink_path(const swc_entry *entry);
const char *swc_entry_version_id(const swc_entry *entry);
bool swc_error_attempt_at(const swc_error *error, size_t index, int32_t *http_status, const char **reason, const char **transaction_id, const char **message, int64_t *elapsed_ms, int64_t *pause_ms);
const char *swc_error_attempt_header(const swc_error *error, size_t index, const char *name);
uint32_t swc_error_attempts(const swc_error *error);
const char *swc_error_body(const swc_error *error, size_t *length);
void swc_error_free(swc_error *error);
const char *swc_error_header(const swc_error *error, const char *name);
bool swc_error_header_at(const swc_error *error, size_t index, const char **name, const char **value);
size_t swc_error_header_count(const swc_error *error);
int32_t swc_error_http_status(const swc_error *error);
const char *swc_error_message(const swc_error *error);
const char *swc_error_method(const swc_error *error);
const char *swc_error_reason(const swc_error *error);
const swc_report *swc_error_report(const swc_error *error);
bool swc_error_retryable(const swc_error *error);
swc_status swc_error_status(const swc_error *error);
const char *swc_error_transaction_id(const swc_error *error);
const char *swc_error_url(const swc_error *error);
const char *swc_formpost_action(const swc_formpost *formpost);
bool swc_formpost_field_at(const swc_formpost *formpost, size_t index, const char **name, const char **value);
size_t swc_formpost_field_count(const swc_formpost *formpost);
void swc_formpost_free(swc_formpost *formpost);
swc_formpost *swc_formpost_new(void);
swc_status swc_formpost_set_container(swc_formpost *formpost, const char *storage_url, const char *container, const char *prefix, swc_error **err);
swc_status swc_formpost_set_content_encoding(swc_formpost *formpost, const char *content_encoding, swc_error **err);
swc_status swc_formpost_set_content_type(swc_formpost *formpost, const char *content_type, swc_error **err);
swc_status swc_formpost_set_delete_after(swc_formpost *formpost, int64_t seconds, swc_error **err);
swc_status swc_formpost_set_delete_at(swc_formpost *formpost, int64_t time, swc_error **err);
swc_status swc_formpost_set_digest(swc_formpost *formpost, const char *digest, swc_error **err);
swc_status swc_formpost_set_expires(swc_formpost *formpost, int64_t time, swc_error **err);
swc_status swc_formpost_set_key(swc_formpost *formpost, const char *key, swc_error **err);
swc_status swc_formpost_set_lifetime(swc_formpost *formpost, int64_t seconds, swc_error **err);
swc_status swc_formpost_set_limits(swc_formpost *formpost, uint64_t max_file_size, uint64_t max_file_count, swc_error **err);
swc_status swc_formpost_set_path(swc_formpost *formpost, const char *path, swc_error **err);
swc_status swc_formpost_set_redirect(swc_formpost *formpost, const char *redirect, swc_error **err);
swc_status swc_formpost_set_time(swc_formpost *formpost, const char *text, bool absolute, swc_error **err);
swc_status swc_formpost_sign(swc_formpost *formpost, swc_error **err);
void swc_listing_free(swc_listing *listing);
const char *swc_listing_header(const swc_listing *listing, const char *name);
swc_status swc_listing_next(swc_listing *listing, const swc_entry **entry, swc_error **err);
const swc_response *swc_listing_response(const swc_listing *listing);
swc_status swc_log_set(int32_t level, swc_log_callback log_cb, swc_free_callback free_cb, void *user_data, swc_error **err);
void swc_log_set_secret_prefix(int32_t characters);
void swc_log_show_curl(bool show);
void swc_log_show_secrets(bool show);
swc_status swc_manifest_add_data(swc_manifest *manifest, const void *data, size_t size, swc_error **err);
swc_status swc_manifest_add_object(swc_manifest *manifest, const char *container, const char *object, const char *etag, int64_t size, swc_error **err);
swc_status swc_manifest_add_range(swc_manifest *manifest, const char *container, const char *object, const char *etag, int64_t size, uint64_t offset, uint64_t length, swc_error **err);
const char *swc_manifest_etag(const swc_manifest *manifest);
void swc_manifest_free(swc_manifest *manifest);
swc_status swc_manifest_json(const swc_manifest *manifest, char **json, swc_error **err);
swc_manifest *swc_manifest_new(void);
swc_status swc_manifest_new_json(const char *json, swc_manifest **manifest, swc_error **err);
const swc_segment *swc_manifest_segment_at(const swc_manifest *manifest, size_t index);
size_t swc_manifest_segment_count(const swc_manifest *manifest);
int64_t swc_manifest_size(const swc_manifest *manifest);
swc_status swc_objects_add(swc_objects *objects, const char *object, const swc_config *options, swc_error **err);
swc_status swc_objects_add_all(swc_objects *objects, const char *const *names, size_t name_count, swc_error **err);
swc_status swc_objects_add_file(swc_objects *objects, const char *path, const char *object, const swc_config *options, swc_error **err);
swc_status swc_objects_add_source(swc_objects *objects, const char *object, const swc_source *source, const swc_config *options, swc_error **err);
swc_status swc_objects_add_tree(swc_objects *objects, const char *path, const char *prefix, const swc_config *options, swc_error **err);
size_t swc_objects_count(const swc_objects *objects);
void swc_objects_free(swc_objects *objects);
swc_objects *swc_objects_new(void);
uint64_t swc_progress_bytes(const swc_progress *progress);
int64_t swc_progress_bytes_total(const swc_progress *progress);
uint64_t swc_progress_failed(const swc_progress *progress);
void swc_progress_free(swc_progress *progress);
uint64_t swc_progress_objects(const swc_progress *progress);
int64_t swc_progress_objects_total(const swc_progress *progress);
double swc_progress_rate(const swc_progress *progress);
swc_status swc_queue_fd(const swc_queue *queue, int32_t *fd, swc_error **err);
void swc_queue_free(swc_queue *queue);
size_t swc_queue_length(const swc_queue *queue);
swc_status swc_queue_new(swc_queue **queue, swc_error **err);
swc_status swc_queue_pop(const swc_queue *queue, swc_result **results, size_t max, int32_t timeout_ms, size_t *count, swc_error **err);
void swc_queue_wake(const swc_queue *queue);
const char *swc_reader_etag(const swc_reader *reader);
void swc_reader_free(swc_reader *reader);
const char *swc_reader_header(const swc_reader *reader, const char *name);
bool swc_reader_is_verified(const swc_reader *reader);
swc_status swc_reader_new(const swc_connection *connection, const char *container, const char *object, const swc_request *request, swc_reader **reader, swc_error **err);
swc_status swc_reader_new_url(const swc_connection *connection, const char *url, const swc_request *request, swc_reader **reader, swc_error **err);
swc_status swc_reader_pread(const swc_reader *reader, uint64_t offset, void *buffer, size_t size, size_t *length, swc_error **err);
swc_status swc_reader_read(swc_reader *reader, void *buffer, size_t size, size_t *length, swc_error **err);
swc_status swc_reader_seek(swc_reader *reader, uint64_t offset, swc_error **err);
uint64_t swc_reader_size(const swc_reader *reader);
uint64_t swc_reader_tell(const swc_reader *reader);
uint64_t swc_report_created(const swc_report *report);
uint64_t swc_report_deleted(const swc_report *report);
bool swc_report_error_at(const swc_report *report, size_t index, const char **container, const char **object, int32_t *http_status, const char **reason);
size_t swc_report_error_count(const swc_report *report);
void swc_report_free(swc_report *report);
const char *swc_report_message(const swc_report *report);
uint64_t swc_report_not_found(const swc_report *report);
int32_t swc_report_status(const swc_report *report);
swc_status swc_request_add_header(swc_request *request, const char *name, const char *value, swc_error **err);
swc_status swc_request_add_range(swc_request *request, uint64_t offset, uint64_t length, swc_error **err);
swc_status swc_request_allow_listings(swc_request *request, swc_error **err);
swc_status swc_request_allow_read(swc_request *request, const char *project, const char *user, swc_error **err);
swc_status swc_request_allow_referrer(swc_request *request, const char *host, bool allowed, swc_error **err);
swc_status swc_request_allow_write(swc_request *request, const char *project, const char *user, swc_error **err);
void swc_request_free(swc_request *request);
swc_request *swc_request_new(void);
swc_status swc_request_remove_account_metadata(swc_request *request, const char *name, swc_error **err);
swc_status swc_request_remove_container_metadata(swc_request *request, const char *name, swc_error **err);
swc_status swc_request_remove_query(swc_request *request, const char *name, swc_error **err);
swc_status swc_request_set_accept_gzip(swc_request *request, bool gzip, swc_error **err);
swc_status swc_request_set_account_acl(swc_request *request, const swc_account_acl *acl, swc_error **err);
swc_status swc_request_set_account_metadata(swc_request *request, const char *name, const char *value, swc_error **err);
swc_status swc_request_set_account_quota_bytes(swc_request *request, const char *policy, int64_t bytes, swc_error **err);
swc_status swc_request_set_account_quota_count(swc_request *request, const char *policy, int64_t objects, swc_error **err);
swc_status swc_request_set_account_rfc_etags(swc_request *request, bool quoted, swc_error **err);
swc_status swc_request_set_account_temp_url_key(swc_request *request, int32_t number, const char *key, swc_error **err);
swc_status swc_request_set_any_status(swc_request *request, bool any_status, swc_error **err);
swc_status swc_request_set_backoff(swc_request *request, int32_t starting_ms, int32_t max_ms, swc_error **err);
swc_status swc_request_set_backoff_jitter(swc_request *request, double jitter, swc_error **err);
swc_status swc_request_set_cache_control(swc_request *request, const char *cache_control, swc_error **err);
swc_status swc_request_set_cancel(swc_request *request, const swc_cancel *cancel, swc_error **err);
swc_status swc_request_set_checksum(swc_request *request, bool checksum, swc_error **err);
swc_status swc_request_set_container_metadata(swc_request *request, const char *name, const char *value, swc_error **err);
swc_status swc_request_set_container_quota_bytes(swc_request *request, int64_t bytes, swc_error **err);
swc_status swc_request_set_container_quota_count(swc_request *request, int64_t objects, swc_error **err);
swc_status swc_request_set_container_rfc_etags(swc_request *request, bool quoted, swc_error **err);
swc_status swc_request_set_container_temp_url_key(swc_request *request, int32_t number, const char *key, swc_error **err);
swc_status swc_request_set_content_disposition(swc_request *request, const char *content_disposition, swc_error **err);
swc_status swc_request_set_content_encoding(swc_request *request, const char *content_encoding, swc_error **err);
swc_status swc_request_set_content_language(swc_request *request, const char *content_language, swc_error **err);
swc_status swc_request_set_content_type(swc_request *request, const char *content_type, swc_error **err);
swc_status swc_request_set_cors_allow_origin(swc_request *request, const char *origins, swc_error **err);
swc_status swc_request_set_cors_expose_headers(swc_request *request, const char *headers, swc_error **err);
swc_status swc_request_set_cors_max_age(swc_request *request, int64_t seconds, swc_error **err);
swc_status swc_request_set_delete_after(swc_request *request, int64_t seconds, swc_error **err);
swc_status swc_request_set_delete_at(swc_request *request, int64_t time, swc_error **err);
swc_status swc_request_set_delete_kept(swc_request *request, bool on, swc_error **err);
swc_status swc_request_set_delimiter(swc_request *request, const char *delimiter, swc_error **err);
swc_status swc_request_set_destination_account(swc_request *request, const char *account, swc_error **err);
swc_status swc_request_set_detect_content_type(swc_request *request, bool detect, swc_error **err);
swc_status swc_request_set_dlo(swc_request *request, const char *segment_container, const char *prefix, swc_error **err);
swc_status swc_request_set_end_marker(swc_request *request, const char *end_marker, swc_error **err);
swc_status swc_request_set_etag(swc_request *request, const char *etag, swc_error **err);
swc_status swc_request_set_expect_continue(swc_request *request, bool announce, int32_t wait_ms, swc_error **err);
swc_status swc_request_set_expires(swc_request *request, int64_t time, swc_error **err);
swc_status swc_request_set_fresh_metadata(swc_request *request, bool fresh, swc_error **err);
swc_status swc_request_set_header(swc_request *request, const char *name, const char *value, swc_error **err);
swc_status swc_request_set_header_bytes(swc_request *request, const char *name, const void *value, size_t size, swc_error **err);
swc_status swc_request_set_heartbeat(swc_request *request, bool on, swc_error **err);
swc_status swc_request_set_history_location(swc_request *request, const char *container, swc_error **err);
swc_status swc_request_set_if_match(swc_request *request, const char *etag, swc_error **err);
swc_status swc_request_set_if_modified_since(swc_request *request, int64_t time, swc_error **err);
swc_status swc_request_set_if_none_match(swc_request *request, const char *etag, swc_error **err);
swc_status swc_request_set_if_unmodified_since(swc_request *request, int64_t time, swc_error **err);
swc_status swc_request_set_limit(swc_request *request, uint64_t rows, swc_error **err);
swc_status swc_request_set_manifest_get(swc_request *request, bool manifest, swc_error **err);
swc_status swc_request_set_marker(swc_request *request, const char *marker, swc_error **err);
swc_status swc_request_set_newest(swc_request *request, bool newest, swc_error **err);
swc_status swc_request_set_object_metadata(swc_request *request, const char *name, const char *value, swc_error **err);
swc_status swc_request_set_open_expired(swc_request *request, bool open, swc_error **err);
swc_status swc_request_set_own_framing(swc_request *request, bool own_framing, swc_error **err);
swc_status swc_request_set_part_number(swc_request *request, uint32_t number, swc_error **err);
swc_status swc_request_set_path(swc_request *request, const char *path, swc_error **err);
swc_status swc_request_set_prefix(swc_request *request, const char *prefix, swc_error **err);
swc_status swc_request_set_progress(swc_request *request, swc_progress_callback progress_cb, swc_free_callback free_cb, void *user_data, swc_error **err);
swc_status swc_request_set_query(swc_request *request, const char *name, const char *value, swc_error **err);
swc_status swc_request_set_range(swc_request *request, uint64_t offset, uint64_t length, swc_error **err);
swc_status swc_request_set_read_acl(swc_request *request, const char *acl, swc_error **err);
swc_status swc_request_set_retries(swc_request *request, uint32_t retries, swc_error **err);
swc_status swc_request_set_retry_after_max(swc_request *request, int32_t max_ms, swc_error **err);
swc_status swc_request_set_retry_max_elapsed(swc_request *request, int32_t elapsed_ms, swc_error **err);
swc_status swc_request_set_retry_on_ratelimit(swc_request *request, bool retry, swc_error **err);
swc_status swc_request_set_reverse(swc_request *request, bool reverse, swc_error **err);
swc_status swc_request_set_robots_tag(swc_request *request, const char *robots_tag, swc_error **err);
swc_status swc_request_set_send_token(swc_request *request, bool send_token, swc_error **err);
swc_status swc_request_set_source_account(swc_request *request, const char *account, swc_error **err);
swc_status swc_request_set_storage_policy(swc_request *request, const char *policy, swc_error **err);
swc_status swc_request_set_symlink_get(swc_request *request, bool symlink, swc_error **err);
swc_status swc_request_set_symlink_post(swc_request *request, int32_t meaning, swc_error **err);
swc_status swc_request_set_sync_key(swc_request *request, const char *key, swc_error **err);
swc_status swc_request_set_sync_to(swc_request *request, const char *to, swc_error **err);
swc_status swc_request_set_temp_url(swc_request *request, const char *url, swc_error **err);
swc_status swc_request_set_timeout(swc_request *request, int32_t timeout_ms, swc_error **err);
swc_status swc_request_set_trans_id_extra(swc_request *request, const char *extra, swc_error **err);
swc_status swc_request_set_version_id(swc_request *request, const char *version_id, swc_error **err);
swc_status swc_request_set_version_marker(swc_request *request, const char *version_id, swc_error **err);
swc_status swc_request_set_versions(swc_request *request, bool versions, swc_error **err);
swc_status swc_request_set_versions_enabled(swc_request *request, bool enabled, swc_error **err);
swc_status swc_request_set_versions_location(swc_request *request, const char *container, swc_error **err);
swc_status swc_request_set_web_directory_type(swc_request *request, const char *content_type, swc_error **err);
swc_status swc_request_set_web_error(swc_request *request, const char *suffix, swc_error **err);
swc_status swc_request_set_web_index(swc_request *request, const char *object, swc_error **err);
swc_status swc_request_set_web_listings(swc_request *request, bool listings, swc_error **err);
swc_status swc_request_set_web_listings_css(swc_request *request, const char *object, swc_error **err);
swc_status swc_request_set_web_listings_label(swc_request *request, const char *label, swc_error **err);
swc_status swc_request_set_web_mode(swc_request *request, bool web, swc_error **err);
swc_status swc_request_set_write_acl(swc_request *request, const char *acl, swc_error **err);
swc_status swc_response_account_acl(const swc_response *response, swc_account_acl **acl, swc_error **err);
bool swc_response_attempt_at(const swc_response *response, size_t index, int32_t *http_status, const char **reason, const char **transaction_id, const char **message, int64_t *elapsed_ms, int64_t *pause_ms);
const char *swc_response_attempt_header(const swc_response *response, size_t index, const char *name);
uint32_t swc_response_attempts(const swc_response *response);
uint64_t swc_response_bytes_read(const swc_response *response);
int64_t swc_response_bytes_used(const swc_response *response);
uint64_t swc_response_bytes_verified(const swc_response *response);
int64_t swc_response_container_count(const swc_response *response);
int64_t swc_response_content_length(const swc_response *response);
bool swc_response_content_location(const swc_response *response, const char **account, const char **container, const char **object);
bool swc_response_content_range(const swc_response *response, uint64_t *offset, uint64_t *length, int64_t *size);
const char *swc_response_content_type(const swc_response *response);
bool swc_response_copied_from(const swc_response *response, const char **account, const char **container, const char **object);
int64_t swc_response_copied_from_last_modified(const swc_response *response);
const char *swc_response_copied_from_version_id(const swc_response *response);
const char *swc_response_current_version_id(const swc_response *response);
int64_t swc_response_delete_at(const swc_response *response);
const char *swc_response_dlo_manifest(const swc_response *response);
const char *swc_response_etag(const swc_response *response);
void swc_response_free(swc_response *response);
const char *swc_response_header(const swc_response *response, const char *name);
bool swc_response_header_at(const swc_response *response, size_t index, const char **name, const char **value);
size_t swc_response_header_count(const swc_response *response);
swc_status swc_response_header_decoded(const swc_response *response, const char *name, char **value, swc_error **err);
bool swc_response_is_slo(const swc_response *response);
int64_t swc_response_last_modified(const swc_response *response);
const char *swc_response_metadata(const swc_response *response, const char *name);
bool swc_response_metadata_at(const swc_response *response, size_t index, const char **name, const char **value);
size_t swc_response_metadata_count(const swc_response *response);
swc_status swc_response_metadata_decoded(const swc_response *response, const char *name, char **value, swc_error **err);
swc_status swc_response_next_part(swc_response *response, uint64_t *offset, uint64_t *length, int64_t *size, swc_error **err);
int64_t swc_response_object_count(const swc_response *response);
int64_t swc_response_parts_count(const swc_response *response);
bool swc_response_policy_at(const swc_response *response, size_t index, const char **name, int64_t *containers, int64_t *objects, int64_t *bytes);
size_t swc_response_policy_count(const swc_response *response);
int64_t swc_response_quota_bytes(const swc_response *response, const char *policy);
int64_t swc_response_quota_count(const swc_response *response, const char *policy);
swc_status swc_response_read(swc_response *response, void *buffer, size_t size, size_t *length, swc_error **err);
swc_status swc_response_read_all(swc_response *response, size_t limit, const char **body, size_t *length, swc_error **err);
const char *swc_response_reason(const swc_response *response);
int32_t swc_response_status(const swc_response *response);
const char *swc_response_storage_policy(const swc_response *response);
bool swc_response_symlink_target(const swc_response *response, const char **account, const char **container, const char **object);
const char *swc_response_symlink_target_etag(const swc_response *response);
int64_t swc_response_timestamp(const swc_response *response);
const char *swc_response_transaction_id(const swc_response *response);
const char *swc_response_version_id(const swc_response *response);
swc_status swc_response_write_to_fd(swc_response *response, int32_t fd, uint64_t *written, swc_error **err);
swc_status swc_response_write_to_file(swc_response *response, const char *path, uint64_t *written, swc_error **err);
const char *swc_result_action(const swc_result *result);
uint32_t swc_result_attempts(const swc_result *result);
uint64_t swc_result_bytes(const swc_result *result);
const char *swc_result_container(const swc_result *result);
const char *swc_result_destination(const swc_result *result);
const swc_error *swc_result_error(const swc_result *result);
void swc_result_free(swc_result *result);
const char *swc_result_header(const swc_result *result, const char *name);
bool swc_result_header_at(const swc_result *result, size_t index, const char **name, const char **value);
size_t swc_result_header_count(const swc_result *result);
int32_t swc_result_http_status(const swc_result *result);
bool swc_result_is_large(const swc_result *result);
bool swc_result_is_last(const swc_result *result);
bool swc_result_item_at(const swc_result *result, size_t index, const char **name, const char **value);
size_t swc_result_item_count(const swc_result *result);
uint64_t swc_result_job(const swc_result *result);
const char *swc_result_json(const swc_result *result);
const char *swc_result_marker(const swc_result *result);
swc_status swc_result_next_entry(swc_result *result, const swc_entry **entry, swc_error **err);
const char *swc_result_object(const swc_result *result);
const char *swc_result_object_at(const swc_result *result, size_t index);
size_t swc_result_object_count(const swc_result *result);
const char *swc_result_outcome(const swc_result *result);
const char *swc_result_path(const swc_result *result);
const swc_progress *swc_result_progress(const swc_result *result);
bool swc_result_pseudodir(const swc_result *result);
const swc_report *swc_result_report(const swc_result *result);
bool swc_result_segment(const swc_result *result, const char **for_container, const char **for_object, uint64_t *index, uint64_t *size, const char **etag);
swc_status swc_result_status(const swc_result *result);
bool swc_result_success(const swc_result *result);
uint64_t swc_result_tag(const swc_result *result);
swc_status swc_result_take_response(swc_result *result, swc_response **response, swc_error **err);
const char *swc_result_version_id(const swc_result *result);
const char *swc_result_version_marker(const swc_result *result);
const char *swc_segment_container(const swc_segment *segment);
const char *swc_segment_content_type(const swc_segment *segment);
const void *swc_segment_data(const swc_segment *segment, size_t *size);
const char *swc_segment_etag(const swc_segment *segment);
bool swc_segment_is_slo(const swc_segment *segment);
int64_t swc_segment_last_modified(const swc_segment *segment);
int64_t swc_segment_length(const swc_segment *segment);
const char *swc_segment_object(const swc_segment *segment);
bool swc_segment_range(const swc_segment *segment, uint64_t *offset, uint64_t *length);
int64_t swc_segment_size(const swc_segment *segment);
bool swc_service_cancel(const swc_service *service, uint64_t job);
void swc_service_cancel_all(const swc_service *service);
swc_status swc_service_capabilities(const swc_service *service, const swc_config *options, const swc_queue *queue, uint64_t tag, uint64_t *job, swc_error **err);
swc_status swc_service_copy(const swc_service *service, const char *container, const swc_objects *objects, const swc_config *options, const swc_queue *queue, uint64_t tag, uint64_t *job, swc_error **err);
swc_status swc_service_delete(const swc_service *service, const char *container, const swc_objects *objects, const swc_config *options, const swc_queue *queue, uint64_t tag, uint64_t *job, swc_error **err);
swc_status swc_service_download(const swc_service *service, const char *container, const swc_objects *objects, const swc_config *options, const swc_queue *queue, uint64_t tag, uint64_t *job, swc_error **err);
void swc_service_free(swc_service *service);
swc_status swc_service_list(const swc_service *service, const char *container, const swc_config *options, const swc_queue *queue, uint64_t tag, uint64_t *job, swc_error **err);
swc_status swc_service_new(const swc_connection *connection, const swc_config *options, swc_service **service, swc_error **err);
size_t swc_service_pending(const swc_service *service);
swc_status swc_service_post(const swc_service *service, const char *container, const swc_objects *objects, const swc_config *options, const swc_queue *queue, uint64_t tag, uint64_t *job, swc_error **err);
swc_status swc_service_progress(const swc_service *service, uint64_t job, swc_progress **progress, swc_error **err);
swc_status swc_service_shutdown(const swc_service *service, int32_t timeout_ms, swc_error **err);
swc_status swc_service_stat(const swc_service *service, const char *container, const swc_objects *objects, const swc_config *options, const swc_queue *queue, uint64_t tag, uint64_t *job, swc_error **err);
swc_status swc_service_statistics(const swc_service *service, const char *verb, swc_statistics **statistics, swc_error **err);
swc_status swc_service_upload(const swc_service *service, const char *container, const swc_objects *objects, const swc_config *options, const swc_queue *queue, uint64_t tag, uint64_t *job, swc_error **err);
swc_status swc_service_upload_object(const swc_service *service, const char *container, const char *object, const swc_source *source, const swc_config *options, const swc_queue *queue, uint64_t tag, uint64_t *job, swc_error **err);
int64_t swc_session_expires(const swc_session *session);
void swc_session_free(swc_session *session);
const char *swc_session_service_token(const swc_session *session);
swc_status swc_session_set_expires(swc_session *session, int64_t expires, swc_error **err);
swc_status swc_session_set_failure(swc_session *session, const char *message, swc_error **err);
swc_status swc_session_set_service_token(swc_session *session, const char *token, swc_error **err);
swc_status swc_session_set_storage_url(swc_session *session, const char *url, swc_error **err);
swc_status swc_session_set_token(swc_session *session, const char *token, swc_error **err);
const char *swc_session_storage_url(const swc_session *session);
const char *swc_session_token(const swc_session *session);
void swc_source_free(swc_source *source);
swc_status swc_source_new_callbacks(swc_read_callback read_cb, swc_rewind_callback rewind_cb, swc_free_callback free_cb, void *user_data, int64_t length, swc_source **source, swc_error **err);
swc_status swc_source_new_fd(int32_t fd, int64_t length, swc_source **source, swc_error **err);
swc_status swc_source_new_file(const char *path, swc_source **source, swc_error **err);
swc_status swc_source_new_file_range(const char *path, uint64_t offset, uint64_t length, swc_source **source, swc_error **err);
swc_status swc_source_new_memory(const void *data, size_t size, swc_free_callback free_cb, void *user_data, swc_source **source, swc_error **err);
swc_status swc_source_size(const swc_source *source, int64_t *size, swc_error **err);
uint64_t swc_statistics_bytes_received(const swc_statistics *statistics);
uint64_t swc_statistics_bytes_sent(const swc_statistics *statistics);
void swc_statistics_free(swc_statistics *statistics);
uint64_t swc_statistics_jobs(const swc_statistics *statistics);
uint64_t swc_statistics_reauthentications(const swc_statistics *statistics);
uint64_t swc_statistics_requests(const swc_statistics *statistics);
uint64_t swc_statistics_retries(const swc_statistics *statistics);
const char *swc_status_name(int32_t status);
void swc_string_free(char *text);
void swc_tempurl_free(swc_tempurl *tempurl);
swc_status swc_tempurl_generate(const swc_tempurl *tempurl, char **url, swc_error **err);
swc_tempurl *swc_tempurl_new(void);
swc_status swc_tempurl_set_digest(swc_tempurl *tempurl, const char *digest, swc_error **err);
swc_status swc_tempurl_set_expires(swc_tempurl *tempurl, int64_t time, swc_error **err);
swc_status swc_tempurl_set_filename(swc_tempurl *tempurl, const char *filename, swc_error **err);
swc_status swc_tempurl_set_inline(swc_tempurl *tempurl, bool show_inline, swc_error **err);
swc_status swc_tempurl_set_ip_range(swc_tempurl *tempurl, const char *ip_range, swc_error **err);
swc_status swc_tempurl_set_iso8601(swc_tempurl *tempurl, bool iso8601, swc_error **err);
swc_status swc_tempurl_set_key(swc_tempurl *tempurl, const char *key, swc_error **err);
swc_status swc_tempurl_set_lifetime(swc_tempurl *tempurl, int64_t seconds, swc_error **err);
swc_status swc_tempurl_set_method(swc_tempurl *tempurl, const char *method, swc_error **err);
swc_status swc_tempurl_set_object(swc_tempurl *tempurl, const char *storage_url, const char *container, const char *object, swc_error **err);
swc_status swc_tempurl_set_path(swc_tempurl *tempurl, const char *path, swc_error **err);
swc_status swc_tempurl_set_prefix(swc_tempurl *tempurl, bool prefix, swc_error **err);
swc_status swc_tempurl_set_time(swc_tempurl *tempurl, const char *text, bool absolute, swc_error **err);
const char *swc_version(void);
uint32_t swc_version_number(void);
swc_status swc_writer_abort(swc_writer *writer, swc_error **err);
uint64_t swc_writer_bytes_written(const swc_writer *writer);
swc_status swc_writer_finish(swc_writer *writer, swc_response **response, swc_error **err);
void swc_writer_free(swc_writer *writer);
swc_status swc_writer_new(const swc_connection *connection, const char *container, const char *object, const swc_config *options, const swc_request *request, swc_writer **writer, swc_error **err);
swc_status swc_writer_write(swc_writer *writer, const void *data, size_t size, swc_error **err);
