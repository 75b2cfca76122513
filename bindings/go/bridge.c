// The C half of the Go package: see bridge.h.
#include "bridge.h"

#include <string.h>

#include "_cgo_export.h"

void gosw_error_get(const swc_error *error, struct gosw_error *out)
{
    out->status = swc_error_status(error);
    out->message = swc_error_message(error);
    out->http_status = swc_error_http_status(error);
    out->reason = swc_error_reason(error);
    out->transaction_id = swc_error_transaction_id(error);
    out->method = swc_error_method(error);
    out->url = swc_error_url(error);
    out->body = swc_error_body(error, &out->body_length);
    out->header_count = swc_error_header_count(error);
    out->report = swc_error_report(error);
    out->attempts = swc_error_attempts(error);
    out->retryable = swc_error_retryable(error);
}

static void row_get(const swc_entry *entry, struct gosw_row *row)
{
    row->entry = entry;
    row->name = swc_entry_name(entry);
    row->hash = swc_entry_hash(entry);
    row->content_type = swc_entry_content_type(entry);
    row->storage_policy = swc_entry_storage_policy(entry);
    row->slo_etag = swc_entry_slo_etag(entry);
    row->symlink_path = swc_entry_symlink_path(entry);
    row->symlink_etag = swc_entry_symlink_etag(entry);
    row->version_id = swc_entry_version_id(entry);
    row->bytes = swc_entry_bytes(entry);
    row->count = swc_entry_count(entry);
    row->last_modified = swc_entry_last_modified(entry);
    row->last_modified_us = swc_entry_last_modified_us(entry);
    row->symlink_bytes = swc_entry_symlink_bytes(entry);
    row->is_subdir = swc_entry_is_subdir(entry);
    row->is_latest = swc_entry_is_latest(entry);
    row->is_delete_marker = swc_entry_is_delete_marker(entry);
    row->is_version_symlink = swc_entry_is_version_symlink(entry);
}

swc_status gosw_listing_next(swc_listing *listing, struct gosw_row *row, swc_error **err)
{
    const swc_entry *entry;
    swc_status status = swc_listing_next(listing, &entry, err);
    row_get(entry, row);
    return status;
}

swc_status gosw_result_next_entry(swc_result *result, struct gosw_row *row, swc_error **err)
{
    const swc_entry *entry;
    swc_status status = swc_result_next_entry(result, &entry, err);
    row_get(entry, row);
    return status;
}

void gosw_result_get(const swc_result *result, struct gosw_result *out)
{
    out->action = swc_result_action(result);
    out->container = swc_result_container(result);
    out->object = swc_result_object(result);
    out->path = swc_result_path(result);
    out->marker = swc_result_marker(result);
    out->version_marker = swc_result_version_marker(result);
    out->version_id = swc_result_version_id(result);
    out->destination = swc_result_destination(result);
    out->outcome = swc_result_outcome(result);
    out->error = swc_result_error(result);
    out->report = swc_result_report(result);
    out->progress = swc_result_progress(result);
    out->tag = swc_result_tag(result);
    out->job = swc_result_job(result);
    out->bytes = swc_result_bytes(result);
    out->header_count = swc_result_header_count(result);
    out->item_count = swc_result_item_count(result);
    out->object_count = swc_result_object_count(result);
    out->attempts = swc_result_attempts(result);
    out->status = swc_result_status(result);
    out->http_status = swc_result_http_status(result);
    out->is_last = swc_result_is_last(result);
    out->success = swc_result_success(result);
    out->pseudodir = swc_result_pseudodir(result);
    out->is_large = swc_result_is_large(result);
    out->has_segment = swc_result_segment(result, &out->for_container, &out->for_object, &out->segment_index,
                                          &out->segment_size, &out->segment_etag);
}

// Memory of Go may be lent to C for the time of one call from Go: so the source of it is made and freed within one.
static swc_status body_open(struct gosw_body *body, const void *memory, swc_source **own, swc_error **err)
{
    *own = NULL;
    if (!body->is_memory)
        return SWC_OK;
    swc_status status = swc_source_new_memory(memory, body->size, NULL, NULL, own, err);
    body->source = *own;
    return status;
}

swc_status gosw_put_object(const swc_connection *connection, const char *container, const char *object,
                           struct gosw_body body, const void *memory, const swc_request *request,
                           swc_response **response, swc_error **err)
{
    swc_source *own;
    swc_status status = body_open(&body, memory, &own, err);
    if (status >= 0)
        status = swc_connection_put_object(connection, container, object, body.source, request, response, err);
    swc_source_free(own);
    return status;
}

swc_status gosw_put_url(const swc_connection *connection, const char *url, struct gosw_body body, const void *memory,
                        const swc_request *request, swc_response **response, swc_error **err)
{
    swc_source *own;
    swc_status status = body_open(&body, memory, &own, err);
    if (status >= 0)
        status = swc_connection_put_url(connection, url, body.source, request, response, err);
    swc_source_free(own);
    return status;
}

swc_status gosw_request(const swc_connection *connection, const char *method, const char *target,
                        struct gosw_body body, const void *memory, const swc_request *request,
                        swc_response **response, swc_error **err)
{
    swc_source *own;
    swc_status status = body_open(&body, memory, &own, err);
    if (status >= 0)
        status = swc_connection_request(connection, method, target, body.source, request, response, err);
    swc_source_free(own);
    return status;
}

swc_status gosw_upload_archive(const swc_connection *connection, const char *container, const char *prefix,
                               int32_t format, struct gosw_body body, const void *memory, const swc_request *request,
                               swc_report **report, swc_error **err)
{
    swc_source *own;
    swc_status status = body_open(&body, memory, &own, err);
    if (status >= 0)
        status = swc_connection_upload_archive(connection, container, prefix, format, body.source, request, report,
                                               err);
    swc_source_free(own);
    return status;
}

// The pointers first, then the text they point to.
char **gosw_texts_new(size_t count, size_t bytes)
{
    return malloc(count * sizeof(char *) + bytes + 1);
}

void gosw_texts_set(char **texts, size_t index, size_t at, const char *text, size_t size)
{
    texts[index] = (char *)texts + at;
    memcpy(texts[index], text, size);
    texts[index][size] = 0;
}

static void release(void *handle)
{
    goswRelease((uintptr_t)handle);
}

static int64_t read_body(void *handle, void *buffer, size_t size)
{
    return goswRead((uintptr_t)handle, buffer, size);
}

static bool rewind_body(void *handle)
{
    return goswRewind((uintptr_t)handle);
}

static bool hear_progress(void *handle, uint64_t moved, int64_t total)
{
    return goswProgress((uintptr_t)handle, moved, total);
}

static int32_t log_in(void *handle, int32_t reason, swc_session *session)
{
    return goswAuth((uintptr_t)handle, reason, session);
}

static void log_message(void *handle, int32_t level, const char *message)
{
    goswLog((uintptr_t)handle, level, (char *)message);
}

swc_status gosw_source_new_copy(const void *data, size_t size, swc_source **source, swc_error **err)
{
    void *copy = malloc(size ? size : 1);
    if (copy != NULL && size != 0)
        memcpy(copy, data, size);
    return swc_source_new_memory(copy, size, free, copy, source, err);
}

swc_status gosw_source_new_lent(const void *data, size_t size, uintptr_t handle, swc_source **source,
                                swc_error **err)
{
    return swc_source_new_memory(data, size, release, (void *)handle, source, err);
}

swc_status gosw_source_new_reader(uintptr_t handle, bool can_rewind, int64_t length, swc_source **source,
                                  swc_error **err)
{
    return swc_source_new_callbacks(read_body, can_rewind ? rewind_body : NULL, release, (void *)handle, length,
                                    source, err);
}

swc_status gosw_request_set_progress(swc_request *request, uintptr_t handle, swc_error **err)
{
    return swc_request_set_progress(request, hear_progress, release, (void *)handle, err);
}

swc_status gosw_config_set_auth(swc_config *config, uintptr_t handle, swc_error **err)
{
    return swc_config_set_auth_callback(config, handle ? log_in : NULL, handle ? release : NULL, (void *)handle, err);
}

swc_status gosw_log_set(int32_t level, uintptr_t handle, swc_error **err)
{
    return swc_log_set(level, handle ? log_message : NULL, handle ? release : NULL, (void *)handle, err);
}
