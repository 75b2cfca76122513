//! Settings: string keys and values.

use std::ffi::{CStr, c_char};
use std::ptr;

use super::error::swc_error;
use super::handle::{Handle, borrow, borrow_mut, free};
use super::status::{SWC_OK, swc_status};
use super::{guard, out, text, text_if_any, value};
use crate::core::Config;
use crate::core::config::{Key, keys};

/// Settings by name: where and who, how long and how often, how many at once.
///
/// Keys and values are text. The keys are the names of python-swiftclient's options:
///
/// - tempauth: "auth" (a URL), "user" (as account:user) and "key";
/// - Keystone: "os_auth_url", "os_username" or "os_user_id", "os_password" or "os_passcode" or both,
///   "os_project_name" or "os_project_id" (older: "os_tenant_name", "os_tenant_id"), "os_user_domain_name" or
///   "os_user_domain_id", "os_project_domain_name" or "os_project_domain_id" ("os_default_domain_id",
///   "os_default_domain_name" for both); instead of user and password "os_application_credential_id" or
///   "os_application_credential_name", and "os_application_credential_secret"; instead of a project "os_trust_id",
///   "os_domain_id" or "os_domain_name", "os_system_scope";
/// - which of them, when it is not clear: "auth_version" (1, 2 or 3), "os_auth_type", "os_auth_methods"; version 2,
///   which no Keystone has any more, is tested against a stand-in only;
/// - a service that acts for the user, whose token goes along in X-Service-Token, by the same ways under other
///   names: "service_username" or "service_user_id", "service_key", "service_project_name" or "service_project_id",
///   "service_user_domain_name" or "service_user_domain_id", "service_project_domain_name" or
///   "service_project_domain_id"; "service_application_credential_id" or "service_application_credential_name", and
///   "service_application_credential_secret"; "service_auth_url" and "service_auth_version" where they are not the
///   user's; or outright "service_auth_token";
/// - the endpoint: "os_region_name" or "os_any_region", "os_service_type", "os_endpoint_type", or outright
///   "os_storage_url", which together with "os_auth_token" needs no authentication;
/// - TLS: "os_cacert", "os_cert", "os_key" (files in PEM form), "insecure";
/// - patience: "timeout", "connect_timeout", "starting_backoff" and "max_backoff" (times: seconds, or a number with
///   one of the suffixes s, m, h and d), "retries", "backoff_jitter", "retry_on_ratelimit", "retry_after_max",
///   "retry_max_elapsed", "force_auth_retry", "reauth_on_forbidden";
/// - sizes ("segment_size", "part_size", "buffer_size"): bytes, or a whole number with K, M or G, which are 1024, its
///   square and its cube;
/// - the way: "proxy" for all, or "http_proxy" and "https_proxy", but for "no_proxy"; "expect_continue" and
///   "expect_timeout" (Expect: 100-continue);
/// - "checksum" (whether the MD5 of bodies is checked), "user_agent";
/// - services: "container_threads", "object_uu_threads", "object_dd_threads", "segment_threads", "max_queued";
/// - jobs of a service: "header" and "meta", which hold any number of lines (see swc_config_add()), and the others of
///   python-swiftclient, such as "prefix", "out_directory" or "yes_all": each job names those it knows.
/// - all that is about authentication, from clouds.yaml: "os_cloud", "os_client_config_file",
///   "os_client_secure_file", or swc_config_load_cloud().
///
/// What holds for a job is, from the weakest to the strongest: the default, the config of the connection, that of the
/// service, that of the job, that of the object.
///
/// For other ways to log in see swc_config_set_auth_callback().
///
/// swc_config_key_count() and its companions list them with their defaults and their meaning. A config is copied
/// where it is used: changes made later have no effect there.
pub struct swc_config {
    pub(super) config: Config,
}

/// Makes a config in which every key has its default.
///
/// Never blocks; any thread.
///
/// @return The config; free it with swc_config_free().
#[unsafe(no_mangle)]
pub extern "C" fn swc_config_new() -> *mut swc_config {
    value(ptr::null_mut(), || swc_config { config: Config::new() }.into_raw())
}

/// Makes a copy of a config.
///
/// Never blocks.
///
/// @param[in] config The config.
/// @return The copy, to be freed with swc_config_free(); NULL for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_config_clone(config: *const swc_config) -> *mut swc_config {
    // SAFETY: the header's rules.
    unsafe { super::read(config, ptr::null_mut(), |c| swc_config { config: c.config.clone() }.into_raw()) }
}

/// Sets a key.
///
/// Never blocks.
///
/// @param[in] config The config.
/// @param[in] key The key.
/// @param[in] value The value, which is copied; NULL goes back to the default.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT when there is no such key or the value is none for it;
/// SWC_ERR_UNSUPPORTED for an "os_auth_type" that other tools know and this library does not;
/// SWC_ERR_INVALID_UTF8. On failure nothing has changed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_config_set(
    config: *mut swc_config,
    key: *const c_char,
    value: *const c_char,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        guard(err, || {
            let config = borrow_mut(config)?;
            config.config.set(text(key, "key")?, text_if_any(value, "value")?)?;
            Ok(SWC_OK)
        })
    }
}

/// Adds a line to a key that holds several: "header" or "meta".
///
/// A line is name and value with a colon between them; of one name the last counts. Never blocks.
///
/// @param[in] config The config.
/// @param[in] key The key.
/// @param[in] name Name of the header or the item of metadata.
/// @param[in] value Its value; "" takes it away where the server knows how to.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT when there is no such key, when it holds one value only, or when name or
/// value have what cannot be in them; SWC_ERR_INVALID_UTF8. On failure nothing has changed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_config_add(
    config: *mut swc_config,
    key: *const c_char,
    name: *const c_char,
    value: *const c_char,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        guard(err, || {
            let config = borrow_mut(config)?;
            config.config.add(text(key, "key")?, text(name, "name")?, text(value, "value")?)?;
            Ok(SWC_OK)
        })
    }
}

/// Gets the value of a key: the one set, or its default.
///
/// Never blocks.
///
/// @param[in] config The config.
/// @param[in] key The key.
/// @param[out] value The value, "" for none; it lives until the config is changed or freed.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT when there is no such key; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_config_get(
    config: *const swc_config,
    key: *const c_char,
    value: *mut *const c_char,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        let value = out(value, "value");
        guard(err, || {
            let (value, config) = (value?, borrow(config)?);
            value.set(config.config.get_cstr(text(key, "key")?)?.as_ptr());
            Ok(SWC_OK)
        })
    }
}

/// Sets keys from the environment variables ST_* and OS_*, as the swift command reads them.
///
/// ST_AUTH, ST_USER, ST_KEY, ST_AUTH_VERSION and the OS_* variables of OpenStack, such as OS_AUTH_URL, OS_USERNAME,
/// OS_PASSWORD and OS_PROJECT_NAME. What swc_config_set() sets goes before them, whichever is called first. A
/// variable that is not set or empty changes nothing. Blocks only to read the files of OS_CLOUD; not while another
/// thread changes the environment. The variables that name proxies are read too: HTTP_PROXY, HTTPS_PROXY, ALL_PROXY
/// and NO_PROXY, in lower case before upper case, HTTP_PROXY not in a CGI program, where a header sets it; and
/// REQUESTS_CA_BUNDLE and CURL_CA_BUNDLE where OS_CACERT is not set. Without this call none of them counts. With
/// ST_AUTH, ST_USER and ST_KEY all set they are what counts, without the version in the OS_* variables and without
/// OS_CLOUD. Else OS_CLOUD names a cloud of clouds.yaml, which is read: see swc_config_load_cloud() for what of the
/// other variables counts then.
///
/// @param[in] config The config.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT when a variable has a value that is none for its key;
/// SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_config_load_env(
    config: *mut swc_config,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        guard(err, || {
            borrow_mut(config)?.config.load_env()?;
            Ok(SWC_OK)
        })
    }
}

/// Sets keys from a cloud of clouds.yaml, the file of OpenStack's own clients.
///
/// The file is looked for in the current directory, ~/.config/openstack ($XDG_CONFIG_HOME), /etc/xdg/openstack
/// ($XDG_CONFIG_DIRS) and /etc/openstack, as clouds.yaml, .yml or .json; the first one counts. What is secret may
/// stand in a secure.yaml, and what a provider says of itself in a clouds-public.yaml, found in the same places and
/// before them beside the file that was named. Of a cloud, "auth" with all it may hold is taken, "auth_type",
/// "identity_api_version", "region_name" and "regions", "interface", "object_store_endpoint_override", "verify",
/// "cacert", "cert", "key" and "api_timeout"; what is for other services is passed over. With several regions
/// "os_region_name" (OS_REGION_NAME) says which. What swc_config_set() sets goes before the cloud, whichever is
/// called first. The cloud goes before the environment: with it the variables OS_* and ST_* do not count, but for
/// OS_REGION_NAME, OS_PASSCODE, and OS_CACERT, a password or a secret that the files leave out. The key "os_cloud"
/// has the same effect when a connection is made, and the variable OS_CLOUD in swc_config_load_env(). Blocks for as
/// long as it takes to read the files; not while another thread changes the environment.
///
/// @param[in] config The config.
/// @param[in] name The name of the cloud; NULL for the only one there is.
/// @param[in] file The file to read instead of those that are looked for; NULL for none.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT when there is no such cloud or file, or what it says makes no sense;
/// SWC_ERR_IO when the file cannot be read; SWC_ERR_INVALID_UTF8. On failure nothing has changed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_config_load_cloud(
    config: *mut swc_config,
    name: *const c_char,
    file: *const c_char,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        guard(err, || {
            let config = borrow_mut(config)?;
            config.config.load_cloud(text_if_any(name, "name")?, text_if_any(file, "file")?)?;
            Ok(SWC_OK)
        })
    }
}

/// Frees a config.
///
/// @param[in] config The config; NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_config_free(config: *mut swc_config) {
    // SAFETY: the header's rules.
    unsafe { free(config) }
}

fn key_text(index: usize, part: fn(&Key) -> &'static CStr) -> *const c_char {
    value(ptr::null(), || keys().get(index).map_or(ptr::null(), |k| part(k).as_ptr()))
}

/// Counts the keys a config knows.
///
/// @return How many there are.
#[unsafe(no_mangle)]
pub extern "C" fn swc_config_key_count() -> usize {
    value(0, || keys().len())
}

/// Names a key by its number.
///
/// @param[in] index From 0 to one less than swc_config_key_count().
/// @return Static text; NULL past the end.
#[unsafe(no_mangle)]
pub extern "C" fn swc_config_key_name(index: usize) -> *const c_char {
    key_text(index, |k| k.name)
}

/// Tells the default of a key by its number.
///
/// @param[in] index From 0 to one less than swc_config_key_count().
/// @return Static text, "" when the key has no default; NULL past the end.
#[unsafe(no_mangle)]
pub extern "C" fn swc_config_key_default(index: usize) -> *const c_char {
    key_text(index, |k| k.default)
}

/// Tells what a key is for, by its number.
///
/// @param[in] index From 0 to one less than swc_config_key_count().
/// @return Static text, a sentence or two with the unit of the value; NULL past the end.
#[unsafe(no_mangle)]
pub extern "C" fn swc_config_key_doc(index: usize) -> *const c_char {
    key_text(index, |k| k.doc)
}
