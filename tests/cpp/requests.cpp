// Every setter of a request: what it makes of the request that is sent, seen in the log as a command line of curl. No
// server is needed, as the port refuses.
#include "check.hpp"

#include <functional>
#include <mutex>
#include <vector>

using namespace std::chrono_literals;
using swc::request;

namespace {

std::string said;
std::mutex said_mutex;

template <class Call> std::string said_by(Call call)
{
    {
        std::lock_guard<std::mutex> lock(said_mutex);
        said.clear();
    }
    call();
    std::lock_guard<std::mutex> lock(said_mutex);
    return said;
}

// A connection with a token, to a port where nobody is.
swc::connection nowhere()
{
    return swc::connection(swc::config{
        {"os_storage_url", "http://127.0.0.1:9/v1/A"}, {"os_auth_token", "T"}, {"retries", "0"}});
}

struct row {
    std::function<void(request &)> set;
    std::string wanted;
};

// How each row of the table is sent: as a PUT or GET of an object, a PUT of an account or container, a listing.
using way = std::function<void(const swc::connection &, const request &)>;

void look_at(const char *what, const swc::connection &connection, const way &send, const std::vector<row> &table)
{
    for (const row &row : table) {
        request extras;
        row.set(extras);
        const std::string is = said_by([&] { send(connection, extras); });
        if (is.find(row.wanted) == std::string::npos)
            check_failed(what, 0, row.wanted + " is not in " + is);
    }
}

const auto noon = std::chrono::system_clock::from_time_t(1000000000) + 900ms;

void what_is_sent()
{
    const swc::connection connection = nowhere();
    const way put = [](const swc::connection &cn, const request &r) {
        (void)cn.put_object<swc::nothrow>("c", "o", "abc", r);
    };
    const way get = [](const swc::connection &cn, const request &r) { (void)cn.get_object<swc::nothrow>("c", "o", r); };
    const way copy = [](const swc::connection &cn, const request &r) {
        (void)cn.copy_object<swc::nothrow>("c", "o", nullptr, "other", r);
    };
    const way account = [](const swc::connection &cn, const request &r) { (void)cn.post_account<swc::nothrow>(r); };
    const way container = [](const swc::connection &cn, const request &r) {
        (void)cn.put_container<swc::nothrow>("c", r);
    };
    const way list = [](const swc::connection &cn, const request &r) {
        auto listing = cn.list_container<swc::nothrow>("c", r);
        if (listing)
            (void)listing->next<swc::nothrow>();
    };

    look_at("put", connection, put,
            {{[](request &r) { r.set_header("X-A", "old").set_header("X-A", "b"); }, "-H 'X-A: b'"},
             {[](request &r) { r.add_header("X-A", "1").add_header("X-A", "2"); }, "-H 'X-A: 1' -H 'X-A: 2'"},
             {[](request &r) { r.set_header_bytes("X-B", std::string_view("\xc3\xa4")); }, "X-B: \xc3\xa4"},
             {[](request &r) { r.set_header_bytes("X-B", std::string_view()); }, "X-B:"},
             {[](request &r) { r.set_content_type("text/x"); }, "Content-Type: text/x"},
             {[](request &r) { r.set_object_metadata("Color", "red"); }, "X-Object-Meta-Color: red"},
             {[](request &r) { r.set_query("q", "w x").set_query("v", nullptr); }, "/c/o?q=w%20x&v'"},
             {[](request &r) { r.set_query("q", "w").set_query("r", "1").remove_query("q"); }, "/c/o?r=1'"},
             {[](request &r) { r.set_if_none_match("*"); }, "If-None-Match: *"},
             {[](request &r) { r.set_temp_url("?temp_url_sig=s&temp_url_expires=9"); }, "temp_url_sig=...&temp_url_expires=9"},
             {[](request &r) { r.set_dlo("segments", "big/"); }, "X-Object-Manifest: segments/big/"},
             {[](request &r) { r.set_detect_content_type(true); }, "X-Detect-Content-Type: true"},
             {[](request &r) { r.set_content_encoding("gzip"); }, "Content-Encoding: gzip"},
             {[](request &r) { r.set_content_disposition("inline"); }, "Content-Disposition: inline"},
             {[](request &r) { r.set_cache_control("no-store"); }, "Cache-Control: no-store"},
             {[](request &r) { r.set_content_language("en"); }, "Content-Language: en"},
             {[](request &r) { r.set_expires(noon); }, "Expires: Sun, 09 Sep 2001 01:46:40 GMT"},
             {[](request &r) { r.set_robots_tag("noindex"); }, "X-Robots-Tag: noindex"},
             {[](request &r) { r.set_delete_at(noon); }, "X-Delete-At: 1000000000"},
             {[](request &r) { r.set_delete_after(1h); }, "X-Delete-After: 3600"},
             {[](request &r) { r.set_delete_after(1500ms); }, "X-Delete-After: 2"},
             {[](request &r) { r.set_etag("900150983cd24fb0d6963f7d28e17f72"); }, "900150983cd24fb0d6963f7d28e17f72"},
             {[](request &r) { r.set_trans_id_extra("mine"); }, "X-Trans-Id-Extra: mine"}});
    look_at("get", connection, get,
            {{[](request &r) { r.set_range(3, 4); }, "ange: bytes=3-6"},
             {[](request &r) { r.set_range(3); }, "ange: bytes=3-"},
             {[](request &r) { r.set_range(swc::from_end, 4); }, "ange: bytes=-4"},
             {[](request &r) { r.set_range(0, 1).add_range(5, 2); }, "ange: bytes=0-0,5-6"},
             {[](request &r) { r.set_if_match("e"); }, "If-Match: "},
             {[](request &r) { r.set_if_modified_since(noon); }, "If-Modified-Since: Sun, 09 Sep 2001 01:46:40 GMT"},
             {[](request &r) { r.set_if_unmodified_since(std::optional<swc::time_point>(noon)); },
              "If-Unmodified-Since: Sun, 09 Sep 2001 01:46:40 GMT"},
             {[](request &r) { r.set_part_number(2); }, "part-number=2"},
             {[](request &r) { r.set_open_expired(true); }, "X-Open-Expired: true"},
             {[](request &r) { r.set_manifest_get(true); }, "multipart-manifest=get"},
             {[](request &r) { r.set_version_id("17"); }, "version-id=17"},
             {[](request &r) { r.set_symlink_get(true); }, "symlink=get"},
             {[](request &r) { r.set_newest(true); }, "X-Newest: true"},
             {[](request &r) { r.set_web_mode(true); }, "X-Web-Mode: true"}});
    look_at("copy", connection, copy,
            {{[](request &r) { r.set_fresh_metadata(true); }, "X-Fresh-Metadata: true"},
             {[](request &r) { r.set_destination_account("B"); }, "Destination-Account: B"},
             {[](request &r) { r.set_source_account("B"); }, "X-Copy-From-Account: B"},
             {[](request &r) { r.set_heartbeat(true); }, "heartbeat=on"}});
    swc::account_acl acl;
    acl.add(swc::account_access::read_only, "a:b");
    look_at("account", connection, account,
            {{[](request &r) { r.set_account_metadata("A", "1"); }, "X-Account-Meta-A: 1"},
             {[](request &r) { r.remove_account_metadata("A"); }, "X-Remove-Account-Meta-A: "},
             {[](request &r) { r.set_account_temp_url_key(2, "k"); }, "X-Account-Meta-Temp-URL-Key-2: k"},
             {[&](request &r) { r.set_account_acl(acl); }, "X-Account-Access-Control: {\"read-only\":[\"a:b\"]}"},
             {[](request &r) { r.set_account_quota_bytes(nullptr, 12); }, "X-Account-Quota-Bytes: 12"},
             {[](request &r) { r.set_account_quota_count("gold", 12u); }, "X-Account-Quota-Count-Policy-gold: 12"},
             {[](request &r) { r.set_account_rfc_etags(true); }, "X-Account-Rfc-Compliant-Etags: true"}});
    look_at("container", connection, container,
            {{[](request &r) { r.set_container_metadata("A", "1"); }, "X-Container-Meta-A: 1"},
             {[](request &r) { r.remove_container_metadata("A"); }, "X-Remove-Container-Meta-A: "},
             {[](request &r) { r.set_storage_policy("gold"); }, "X-Storage-Policy: gold"},
             {[](request &r) { r.set_read_acl(".r:*"); }, "X-Container-Read: .r:*"},
             {[](request &r) { r.set_write_acl("p:u"); }, "X-Container-Write: p:u"},
             {[](request &r) { r.allow_read("p", "u").allow_read("q", nullptr); }, "X-Container-Read: p:u,q"},
             {[](request &r) { r.allow_write("p", "u"); }, "X-Container-Write: p:u"},
             {[](request &r) { r.allow_referrer("*", true).allow_listings(); }, "X-Container-Read: .r:*,.rlistings"},
             {[](request &r) { r.set_versions_location("old"); }, "X-Versions-Location: old"},
             {[](request &r) { r.set_history_location("old"); }, "X-History-Location: old"},
             {[](request &r) { r.set_versions_enabled(true); }, "X-Versions-Enabled: true"},
             {[](request &r) { r.set_container_quota_bytes(5); }, "X-Container-Meta-Quota-Bytes: 5"},
             {[](request &r) { r.set_container_quota_count(std::nullopt); }, "X-Remove-Container-Meta-Quota-Count: x"},
             {[](request &r) { r.set_cors_allow_origin("*"); }, "X-Container-Meta-Access-Control-Allow-Origin: *"},
             {[](request &r) { r.set_cors_max_age(5min); }, "X-Container-Meta-Access-Control-Max-Age: 300"},
             {[](request &r) { r.set_cors_expose_headers("x y"); },
              "X-Container-Meta-Access-Control-Expose-Headers: x y"},
             {[](request &r) { r.set_web_index("i.html"); }, "X-Container-Meta-Web-Index: i.html"},
             {[](request &r) { r.set_web_error("e.html"); }, "X-Container-Meta-Web-Error: e.html"},
             {[](request &r) { r.set_web_listings(true); }, "X-Container-Meta-Web-Listings: true"},
             {[](request &r) { r.set_web_listings_css("a.css"); }, "X-Container-Meta-Web-Listings-CSS: a.css"},
             {[](request &r) { r.set_web_listings_label("L"); }, "X-Container-Meta-Web-Listings-Label: L"},
             {[](request &r) { r.set_web_directory_type("text/d"); }, "X-Container-Meta-Web-Directory-Type: text/d"},
             {[](request &r) { r.set_sync_to("//r/c/a/k"); }, "X-Container-Sync-To: //r/c/a/k"},
             {[](request &r) { r.set_sync_key("s"); }, "X-Container-Sync-Key: s"},
             {[](request &r) { r.set_container_temp_url_key(1, "k"); }, "X-Container-Meta-Temp-URL-Key: k"},
             {[](request &r) { r.set_container_rfc_etags(false); }, "X-Container-Rfc-Compliant-Etags: false"}});
    look_at("list", connection, list,
            {{[](request &r) { r.set_limit(7); }, "limit=7"},
             {[](request &r) { r.set_prefix("a/"); }, "prefix=a/"},
             {[](request &r) { r.set_delimiter("/"); }, "delimiter=/"},
             {[](request &r) { r.set_marker("m"); }, "marker=m"},
             {[](request &r) { r.set_end_marker("z"); }, "end_marker=z"},
             {[](request &r) { r.set_path("p"); }, "path=p"},
             {[](request &r) { r.set_reverse(true); }, "reverse=true"},
             {[](request &r) { r.set_versions(true); }, "versions"},
             {[](request &r) { r.set_versions(true).set_marker("m").set_version_marker("9"); }, "version_marker=9"},
             {[](request &r) { r.set_accept_gzip(true); }, "gzip"}});
}

// Taken away again, nothing of it is sent.
void what_is_taken_away()
{
    const swc::connection connection = nowhere();
    swc::account_acl acl;
    const auto plain = said_by([&] { (void)connection.post_object<swc::nothrow>("c", "o"); });
    swc::cancel_token cancelled;
    cancelled.cancel();
    request extras;
    extras.set_header("X-A", "b").set_header("X-A", std::nullopt).set_content_type("a/b").set_content_type({});
    extras.set_if_match("e").set_if_match(nullptr).set_if_modified_since(noon).set_if_modified_since(std::nullopt);
    extras.set_delete_after(1h).set_delete_after({}).set_expires(noon).set_expires({}).set_header_bytes("X-B", "c");
    extras.set_header_bytes("X-B", std::nullopt).set_cancel(cancelled).set_cancel(std::nullopt);
    extras.set_account_acl(acl).set_account_acl(std::nullopt).set_timeout(1ms).set_timeout(swc::no_limit);
    extras.set_etag(std::optional<std::string>("e")).set_etag(std::optional<std::string>());
    CHECK_SAME(said_by([&] { (void)connection.post_object<swc::nothrow>("c", "o", extras); }), plain);
}

// What is not seen in what is sent.
void what_the_call_does()
{
    const swc::connection connection = nowhere();
    const auto attempts_of = [&](const request &extras) {
        auto outcome = connection.head_object<swc::nothrow>("c", "o", extras);
        CHECK(!outcome);
        return outcome.error().attempts().size();
    };
    CHECK_SAME(attempts_of(request()), 1u);
    CHECK_SAME(attempts_of(request().set_retries(2).set_backoff(1ms, 1ms).set_backoff_jitter(0.5)), 3u);
    CHECK_SAME(attempts_of(request().set_retries(2).set_retry_max_elapsed(0s)), 1u);
    // The next attempt would come after an hour.
    CHECK_SAME(attempts_of(request().set_retries(2).set_backoff(1h, 1h).set_timeout(1min)), 1u);
    CHECK(said_by([&] { attempts_of(request().set_send_token(false)); }).find("x-auth-token") == std::string::npos);
    CHECK(said_by([&] { attempts_of(request().set_send_token(true)); }).find("x-auth-token: T") != std::string::npos);
    CHECK_THROWS(swc::invalid_argument_error, request().set_backoff_jitter(2));
    CHECK_THROWS(swc::invalid_argument_error, request().set_timeout(0s));
    CHECK_THROWS(swc::invalid_argument_error, request().set_retries(100000));
    // A time before 1970 and a negative duration are not "none".
    CHECK_THROWS(swc::invalid_argument_error, request().set_delete_at(std::chrono::system_clock::from_time_t(-1)));
    CHECK_THROWS(swc::invalid_argument_error, request().set_delete_after(-1s));
    CHECK_THROWS(swc::invalid_argument_error, request().set_container_quota_bytes(-1));
    CHECK_THROWS(swc::invalid_argument_error, request().set_container_quota_bytes(UINT64_MAX));
    CHECK_STATUS(request().set_account_temp_url_key<swc::nothrow>(3, "k"), swc::status::invalid_argument);
    CHECK_STATUS(request().set_header<swc::nothrow>("X-A", "a\nb"), swc::status::invalid_argument);

    request all;
    all.set_checksum(false).set_retry_after_max(swc::no_limit).set_retry_on_ratelimit(true);
    all.set_symlink_post(swc::symlink_post::target);
    CHECK_SAME(attempts_of(all), 1u);
    // Only request() knows these two; other calls say so.
    CHECK_STATUS(connection.head_object<swc::nothrow>("c", "o", request().set_any_status(true)),
                 swc::status::invalid_argument);
    CHECK_STATUS(connection.head_object<swc::nothrow>("c", "o", request().set_own_framing(true)),
                 swc::status::invalid_argument);

    swc::cancel_token token;
    CHECK(!token.is_cancelled());
    token.cancel();
    CHECK(token.is_cancelled());
    CHECK_STATUS(connection.head_object<swc::nothrow>("c", "o", request().set_cancel(token)), swc::status::cancelled);
}

void secrets()
{
    swc::connection connection(swc::config{{"os_storage_url", "http://127.0.0.1:9/v1/A"},
                                           {"os_auth_token", "abcdefghijklmnopqrstuvwxyz012345"},
                                           {"retries", "0"}});
    const auto said = [&] { return said_by([&] { (void)connection.head_object<swc::nothrow>("c", "o"); }); };
    CHECK(said().find("x-auth-token: abcdefghijklmnopqrstuvwxyz012345") != std::string::npos);
    swc::log_show_secrets(false);
    CHECK(said().find("abcdefghijklmnopq") == std::string::npos);
    swc::log_set_secret_prefix(4);
    CHECK(said().find("abcd") != std::string::npos && said().find("abcde") == std::string::npos);
    swc::log_set_secret_prefix(-1);
    swc::log_show_secrets(true);
}

// Headers and a query do for a request where nothing else is wanted.
void headers_and_query()
{
    const swc::connection connection = nowhere();
    const std::string name = "X-Object-Meta-A";
    const swc::headers kept{{name, std::string("1")}, {"X-B", "2"}};
    const auto put = said_by([&] { (void)connection.post_object<swc::nothrow>("c", "o", kept); });
    CHECK(put.find("-H 'X-Object-Meta-A: 1' -H 'X-B: 2'") != std::string::npos);
    const auto got = said_by([&] { (void)connection.get_object<swc::nothrow>("c", "o", swc::query{{"a", "b"}}); });
    CHECK(got.find("/c/o?a=b'") != std::string::npos);
    CHECK_STATUS(connection.get_object<swc::nothrow>("c", "o", swc::headers{{"X-A", "a\r\nb"}}),
                 swc::status::invalid_argument);
    CHECK_STATUS(connection.get_object<swc::nothrow>("c", "o", swc::headers{{"X-A", std::string("a\0b", 3)}}),
                 swc::status::invalid_argument);
}

} // namespace

int main()
{
    swc::log_show_curl(true);
    swc::log_show_secrets(true);
    swc::log_set(swc::log_level::debug, [](swc::log_level level, std::string_view message) {
        CHECK(level >= swc::log_level::error);
        if (level == swc::log_level::debug) {
            std::lock_guard<std::mutex> lock(said_mutex);
            said += std::string(message) + '\n';
        }
        // What it throws goes nowhere.
        throw message;
    });
    RUN(what_is_sent);
    RUN(what_is_taken_away);
    RUN(what_the_call_does);
    RUN(secrets);
    RUN(headers_and_query);
    swc::log_set(swc::log_level::off, nullptr);
    swc::log_show_curl(false);
    CHECK_STATUS(swc::log_set<swc::nothrow>(static_cast<swc::log_level>(9), nullptr), swc::status::invalid_argument);
}
