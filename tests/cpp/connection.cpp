// The Connection API: what each call does on the real server, and what the objects it gives tell.
#include "check.hpp"

#include <set>

using namespace std::chrono_literals;
using swc::nothrow;
using swc::status;

namespace {

bool near_now(const std::optional<swc::time_point> &time)
{
    const auto now = std::chrono::system_clock::now();
    return time && *time > now - 10min && *time < now + 10min;
}

void account(std::string_view way)
{
    const auto connection = connect(way);
    CHECK_STATUS(connection.storage_url<nothrow>(), status::state);
    connection.authenticate(swc::request().set_timeout(1min));
    CHECK(connection.storage_url().substr(0, 4) == "http" && connection.token().size() > 5);
    const swc::session session = connection.session();
    CHECK(session.storage_url() == connection.storage_url() && session.token() == connection.token());
    CHECK(!session.service_token());
    const own_container container(connection, "account");
    connection.post_account(swc::request().set_account_metadata("Cpp", "a%20b"));
    const auto head = connection.head_account();
    CHECK_SAME(head.metadata("cpp"), std::optional<std::string_view>("a%20b"));
    CHECK_SAME(head.metadata_decoded("cpp"), std::optional<std::string>("a b"));
    CHECK_SAME(head.header_decoded("x-account-meta-cpp"), std::optional<std::string>("a b"));
    CHECK(!head.header_decoded("x-none") && !head.metadata_decoded("none"));
    bool found = false;
    for (const auto &[name, value] : head.metadata())
        found = found || (name == "cpp" && value == "a%20b");
    CHECK(found && head.container_count() && head.object_count() && head.bytes_used());
    for (const swc::policy_usage &usage : head.policies())
        CHECK(!usage.name.empty() && usage.objects && usage.bytes && usage.containers);
    CHECK(!head.quota_bytes() && !head.quota_count("gold"));
    CHECK(head.reason() == "No Content" && head.attempts().size() >= 1 && near_now(head.timestamp()) == false);
    connection.post_account(swc::request().remove_account_metadata("Cpp"));
    CHECK(!connection.head_account().metadata("cpp"));
    CHECK(connection.get_account(swc::query{{"prefix", container}}).text().find(container) == 0);

    bool listed = false;
    swc::listing listing = connection.list_account(swc::request().set_prefix("cpp-account").set_limit(1));
    CHECK(!listing.response() && !listing.header("x-account-container-count"));
    for (const swc::entry &row : listing) {
        listed = listed || row.name() == container;
        CHECK(row.count() == 0 && !row.is_subdir() && near_now(row.last_modified_us()));
        (void)row.storage_policy();
        CHECK(listing.response() && listing.response()->container_count() && listing.header("x-account-container-count"));
    }
    CHECK(listed);
    connection.close_idle();
    connection.interrupt();
    connection.head_account();
    if (way != "v1")
        return;
    // Access lists of accounts, which tempauth has.
    swc::account_acl acl;
    acl.add(swc::account_access::read_only, "a:b").add(swc::account_access::read_only, "a:c");
    acl.add(swc::account_access::admin, "a:d").remove(swc::account_access::read_only, "a:b");
    acl.remove(swc::account_access::read_write, "a:b");
    CHECK(acl.users(swc::account_access::read_only).size() == 1 && acl.users(swc::account_access::read_write).empty());
    connection.post_account(swc::request().set_account_acl(acl));
    const auto told = connection.head_account().account_acl();
    CHECK(told && told->users(swc::account_access::read_only)[0] == "a:c");
    CHECK(*told->users(swc::account_access::admin).begin() == "a:d");
    connection.post_account(swc::request().set_account_acl(swc::account_acl()));
    CHECK(!connection.head_account().account_acl() ||
          connection.head_account().account_acl()->users(swc::account_access::admin).empty());
}

void containers_and_listings()
{
    const auto connection = connect();
    const own_container container(connection, "listing");
    CHECK_SAME(connection.put_container(container).status(), 202);
    connection.post_container(container, swc::request().set_container_metadata("A", "1").set_read_acl(".r:*"));
    const auto head = connection.head_container(container);
    CHECK(head.metadata("a") == "1" && head.header("x-container-read") == ".r:*" && head.storage_policy());
    CHECK(head.object_count() == 0u && near_now(head.timestamp()) && near_now(head.last_modified()));
    CHECK(!head.transaction_id().empty());
    for (const char *name : {"a/1", "a/2", "b", "c"})
        connection.put_object(container, name, name);
    CHECK_STATUS(connection.delete_container<nothrow>(container), status::conflict);
    CHECK_SAME(connection.get_container(container).text(), "a/1\na/2\nb\nc\n");

    std::string names;
    for (const swc::entry &row : connection.list_container(container, swc::request().set_limit(1).set_delimiter("/")))
        names += std::string(row.name()) + (row.is_subdir() ? "! " : " ");
    CHECK_SAME(names, "a/! b c ");
    // Step by step, moved in between; asked for again at the end it stays there.
    swc::listing listing = connection.list_container(container, swc::query{{"prefix", "a/"}});
    auto row = listing.next();
    CHECK(row && row->name() == "a/1" && row->bytes() == 3 && row->count() == 0);
    CHECK(row->hash() && row->content_type() && near_now(row->last_modified()) && !row->slo_etag());
    CHECK(!row->symlink_path() && !row->symlink_etag() && !row->symlink_bytes() && !row->version_id());
    CHECK(!row->is_latest() && !row->is_delete_marker() && !row->is_version_symlink());
    CHECK(row->get("name") == "a/1" && row->get("bytes") == "3" && !row->get("none"));
    CHECK(row->json().front() == '{' && row->fields().size() >= 5);
    std::set<std::string> keys;
    for (const auto &[key, value] : row->fields())
        keys.insert(std::string(key));
    CHECK(keys.count("name") && keys.count("hash") && row->fields().begin()->name.size() > 0);
    swc::listing rest = std::move(listing);
    auto it = rest.begin();
    CHECK(it != rest.end() && it->name() == "a/2");
    it++;
    CHECK(it == rest.end() && !rest.next() && rest.begin() == rest.end());
    // None at all, and a failure: thrown at the step, or put where it is asked for.
    for (const swc::entry &none : connection.list_container(container, swc::query{{"prefix", "x"}}))
        check_failed(__FILE__, __LINE__, std::string(none.name()));
    CHECK_THROWS(swc::not_found_error, connection.list_container(own_name("nothing")).begin());
    swc::expected<void> outcome;
    swc::listing nothing = connection.list_container(own_name("nothing"));
    for (const swc::entry &none : nothing.rows(outcome))
        check_failed(__FILE__, __LINE__, std::string(none.name()));
    CHECK_STATUS(outcome, status::not_found);
    CHECK_STATUS(nothing.next<nothrow>(), status::not_found);

    // A page that fails in the midst can be asked for again, and no row is lost.
    swc::cancel_token token;
    swc::listing stopped =
        connection.list_container(container, swc::request().set_limit(2).set_cancel(token));
    CHECK(stopped.next()->name() == "a/1" && stopped.next()->name() == "a/2");
    token.cancel();
    CHECK_STATUS(stopped.next<nothrow>(), status::cancelled);

    const auto report = connection.bulk_delete({container + "/a/1", container + "/a/2", container + "/none"});
    CHECK(report.deleted() == 2 && report.not_found() == 1 && report.errors().empty() && report.created() == 0);
    CHECK(report.status() == 200 && report.message().empty());
    const auto refused = connection.bulk_delete<nothrow>(std::vector<std::string>{container});
    CHECK(!refused && refused.error().report() && refused.error().report()->errors().size() == 1);
    const swc::report_error path = refused.error().report()->errors()[0];
    CHECK(path.container == container && !path.object && path.http_status == 409 && path.reason == "409 Conflict");
}

void objects()
{
    const auto connection = connect();
    const own_container container(connection, "objects");
    swc::request extras;
    extras.set_content_type("text/x").set_object_metadata("Color", "red").set_delete_after(1h).set_if_none_match("*");
    const auto put = connection.put_object(container, "o", "some text", extras);
    CHECK(put.status() == 201 && put.etag() == "552e21cd4cd9918678e3c1a0df491bc3");
    CHECK_THROWS(swc::precondition_error, connection.put_object(container, "o", "other", extras));
    const auto head = connection.head_object(container, "o");
    CHECK(head.content_length() == 9u && head.content_type() == "text/x" && head.metadata("color") == "red");
    CHECK(near_now(*head.delete_at() - 1h) && near_now(head.last_modified()) && !head.is_slo() && !head.dlo_manifest());
    CHECK(!head.parts_count() && !head.version_id() && !head.current_version_id() && !head.symlink_target());
    CHECK(head.attempt_header(0, "x-trans-id") == head.transaction_id() && !head.attempt_header(1, "x-trans-id"));
    CHECK(!head.content_location() && !head.symlink_target_etag() && !head.content_range());
    CHECK_THROWS(swc::not_modified_error, connection.get_object(container, "o", swc::request().set_if_none_match(*put.etag())));
    CHECK_THROWS(swc::range_error, connection.get_object(container, "o", swc::request().set_range(100)));
    connection.post_object(container, "o", swc::headers{{"X-Object-Meta-Size", "1"}});
    connection.update_object_metadata(container, "o", swc::headers{{"X-Object-Meta-Shape", "round"}});
    const auto posted = connection.head_object(container, "o");
    CHECK(!posted.metadata("color") && posted.metadata("size") == "1" && posted.metadata("shape") == "round");
    CHECK(!posted.delete_at());

    const auto copied = connection.copy_object(container, "o", nullptr, "copy");
    CHECK(copied.copied_from() && copied.copied_from()->container == container && copied.copied_from()->object == "o");
    CHECK(near_now(copied.copied_from_last_modified()) && !copied.copied_from_version_id());
    connection.move_object(container, "copy", std::nullopt, std::string("moved"));
    CHECK_SAME(connection.get_object(container, "moved").read_all(), "some text");
    CHECK_STATUS(connection.head_object<nothrow>(container, "copy"), status::not_found);

    CHECK_SAME(connection.request("GET", container + "/o").text(), "some text");
    swc::request raw;
    raw.set_any_status(true);
    CHECK_SAME(connection.request("GET", container + "/none", nullptr, raw).status(), 404);
    CHECK_SAME(connection.request("PUT", container + "/raw", "abc").status(), 201);
    CHECK_SAME(connection.put_object(container, "e", "abc", swc::request().set_expect_continue(true, 5s)).status(), 201);
    CHECK_SAME(connection.delete_object(container, "raw").status(), 204);

    connection.put_symlink(container, "link", nullptr, container, "o", nullptr);
    const auto through = connection.head_object(container, "link");
    CHECK(through.content_location() && through.content_location()->object == "o");
    connection.put_symlink(container, "static", {}, container, "o", *put.etag());
    const auto link = connection.head_object(container, "static", swc::request().set_symlink_get(true));
    CHECK(link.symlink_target() && link.symlink_target()->container == container && !link.symlink_target()->account);
    CHECK(link.symlink_target()->object == "o" && link.symlink_target_etag() == put.etag());
    const auto answer = connection.options<nothrow>(container, "o", "https://example.com", "GET");
    CHECK_STATUS(answer, status::unauthorized);
    CHECK(connection.options(container, nullptr, nullptr, nullptr).header("allow"));
}

void large_objects()
{
    const auto connection = connect();
    const own_container container(connection, "large");
    swc::manifest manifest;
    std::string one(*connection.put_object(container, "part/1", "one").etag());
    connection.put_object(container, "part/2", "two");
    manifest.add_object(container, "part/1", one, 3).add_range(container, "part/2", nullptr, 3, 1, 2);
    manifest.add_data("three").add_object(container, "part/1", std::nullopt, std::nullopt);
    CHECK(manifest.segments().size() == 4 && !manifest.size() && !manifest.etag());
    connection.put_slo(container, "slo", manifest);
    CHECK_SAME(connection.get_object(container, "slo").text(), "onewothreeone");
    CHECK_SAME(connection.head_object(container, "slo", swc::request().set_part_number(1)).parts_count(),
               std::optional<std::uint64_t>(4));
    const swc::manifest back = connection.get_slo_manifest(container, "slo");
    CHECK(back.size() == 13u && back.segments().size() == 4);
    const swc::segment first = back.segments()[0], second = back.segments()[1], third = back.segments()[2];
    CHECK(first.container() == container && first.object() == "part/1" && first.etag() == one && first.size() == 3u);
    CHECK(first.length() == 3u && !first.range() && !first.data() && first.content_type() && !first.is_slo());
    CHECK(near_now(first.last_modified()) && second.range()->offset == 1 && second.range()->length == 2);
    CHECK(third.data() == "three" && !third.object());
    const swc::manifest read = swc::manifest::from_json(manifest.json());
    CHECK(read.segments().size() == 4 && read.json() == manifest.json());
    CHECK_STATUS(swc::manifest::from_json<nothrow>("{}"), status::protocol);
    CHECK_STATUS(manifest.add_data<nothrow>(""), status::invalid_argument);
    swc::manifest wrong;
    wrong.add_object(container, "none", {}, {});
    const auto refused = connection.put_slo<nothrow>(container, "wrong", wrong);
    CHECK(!refused && refused.error().report() && refused.error().report()->errors().size() == 1);

    connection.put_dlo(container, "dlo", container, "part/");
    connection.wait_dlo(container, "dlo", 6);
    connection.post_dlo(container, "dlo", swc::headers{{"X-Object-Meta-A", "b"}});
    const auto dlo = connection.head_object(container, "dlo");
    CHECK(dlo.dlo_manifest() == container + "/part/" && dlo.metadata("a") == "b");
    CHECK_SAME(connection.get_object(container, "dlo").text(), "onetwo");
    CHECK_SAME(connection.delete_dlo(container, "dlo").deleted(), 3u);
    // Of its segments two were the same one, and those are gone by now.
    const auto report = connection.delete_slo(container, "slo", false);
    CHECK(report.deleted() == 1 && report.not_found() >= 1);

    // An archive becomes objects: here one of a single empty file, as tar writes it.
    std::string tar(1536, '\0');
    const auto field = [&](std::size_t at, const std::string &text) { tar.replace(at, text.size(), text); };
    field(0, "empty");
    field(100, "0000644");
    field(108, "0000000");
    field(116, "0000000");
    field(124, "00000000000");
    field(136, "00000000000");
    field(148, "        ");
    field(156, "0");
    field(257, "ustar");
    field(263, "00");
    unsigned sum = 0;
    for (std::size_t i = 0; i < 512; i++)
        sum += static_cast<unsigned char>(tar[i]);
    char digits[8];
    std::snprintf(digits, sizeof digits, "%06o", sum);
    field(148, std::string(digits, 7));
    const auto unpacked = connection.upload_archive(std::string_view(container), "from", swc::archive::tar, tar);
    CHECK_SAME(unpacked.created(), 1u);
    CHECK_SAME(connection.head_object(container, "from/empty").content_length(), std::optional<std::uint64_t>(0));
}

void versions()
{
    const auto connection = connect();
    const std::string container = own_name("versions");
    connection.put_container(container, swc::request().set_versions_enabled(true));
    const std::string first(connection.put_object(container, "o", "first").version_id().value());
    connection.put_object(container, "o", "second");
    const auto gone = connection.delete_object(container, "o");
    CHECK(gone.version_id());
    std::size_t rows = 0, latest = 0, markers = 0;
    for (const swc::entry &row : connection.list_container(container, swc::request().set_versions(true))) {
        rows++;
        latest += row.is_latest();
        markers += row.is_delete_marker();
        CHECK(row.version_id());
    }
    CHECK(rows == 3 && latest == 1 && markers == 1);
    connection.restore_object_version(container, "o", first);
    CHECK_SAME(connection.get_object(container, "o").text(), "first");
    CHECK_SAME(connection.get_object(container, "o", swc::request().set_version_id(first)).version_id(),
               std::optional<std::string_view>(first));
    std::vector<std::pair<std::string, std::string>> all;
    for (const swc::entry &row : connection.list_container(container, swc::request().set_versions(true)))
        all.emplace_back(row.name(), *row.version_id());
    bool told = false;
    for (const auto &[name, id] : all)
        told = connection.delete_object(container, name, swc::request().set_version_id(id)).current_version_id() || told;
    CHECK(told);
    connection.delete_container(container);

    // A large object of which a version is kept goes with its segments only when that is meant.
    const own_container archive(connection, "archive");
    const std::string kept = own_name("kept");
    connection.put_container(kept, swc::request().set_history_location(archive));
    connection.put_object(archive, "segment", "text");
    swc::manifest manifest;
    manifest.add_object(archive, "segment", {}, 4);
    connection.put_slo(kept, "slo", manifest);
    CHECK_THROWS(swc::state_error, connection.delete_slo(kept, "slo", false));
    CHECK_SAME(connection.delete_slo(kept, "slo", false, swc::request().set_delete_kept(true)).deleted(), 2u);
    connection.delete_container(kept);
}

void without_a_token()
{
    const auto connection = connect();
    const own_container container(connection, "urls");
    connection.post_container(container, swc::request().set_container_temp_url_key(1, "secret"));
    const std::string url = connection.storage_url();
    const auto link_for = [&](const char *method) {
        swc::tempurl made;
        made.set_object(url, container, "o").set_method(method).set_lifetime(10min).set_key("secret").set_digest("sha256");
        return made.generate();
    };
    connection.put_url(link_for("PUT"), "by a link");
    CHECK_SAME(connection.head_url(link_for("HEAD")).content_length(), std::optional<std::uint64_t>(9));
    CHECK_SAME(connection.get_url(link_for("GET")).text(), "by a link");
    connection.post_url(link_for("POST"), swc::headers{{"X-Object-Meta-A", "b"}});
    CHECK_THROWS(swc::unauthorized_error, connection.get_url(link_for("PUT")));
    swc::tempurl all;
    all.set_path("/v1/a/c/o").set_expires(std::chrono::system_clock::from_time_t(2000000000)).set_key("k");
    all.set_prefix(true).set_ip_range("10.0.0.0/8").set_iso8601(true).set_filename("f").set_inline(true);
    const std::string text = all.generate();
    for (const char *part : {"temp_url_prefix=o", "temp_url_ip_range=10", "2033-05-18T03:33:20Z", "filename=f", "inline"})
        if (text.find(part) == std::string::npos)
            check_failed(part, 0, "is not in " + text);
    all.set_time("1h", false).set_ip_range(nullptr).set_filename({});
    CHECK(all.generate().find("ip_range") == std::string::npos);
    CHECK_STATUS(swc::tempurl().generate<nothrow>(), status::state);
    swc::tempurl signed_there;
    signed_there.set_lifetime(1min);
    CHECK_SAME(connection.get_url(connection.sign_tempurl(container, "o", signed_there)).text(), "by a link");
    connection.delete_url(link_for("DELETE"));
    CHECK_STATUS(connection.head_object<nothrow>(container, "o"), status::not_found);

    swc::formpost form;
    form.set_container(url, container, "in/").set_limits(1000, 2).set_lifetime(1h).set_key("secret").set_digest("sha1");
    form.set_redirect("https://example.com/").set_delete_after(1h).set_content_type("a/b").set_content_encoding("gzip");
    form.sign();
    std::string fields;
    for (const auto &[name, value] : form.fields())
        fields += std::string(name) + '=' + std::string(value) + ' ';
    for (const char *part : {"max_file_size=1000", "max_file_count=2", "x_delete_after=3600", "redirect=https"})
        if (fields.find(part) == std::string::npos)
            check_failed(part, 0, "is not in " + fields);
    CHECK(form.action().find(container + "/in/") != std::string_view::npos);
    form.set_path("/v1/a/c/").set_expires(std::chrono::system_clock::from_time_t(2000000000)).set_delete_after({});
    form.set_delete_at(std::chrono::system_clock::from_time_t(2000000000)).set_time("2h", false);
    form.sign();
    CHECK(form.action() == "/v1/a/c/");
    CHECK_STATUS(swc::formpost().sign<nothrow>(), status::state);
    swc::formpost signed_too;
    signed_too.set_limits(1, 1).set_lifetime(1h);
    connection.sign_formpost(container, "in/", signed_too);
    CHECK(signed_too.fields().size() > 3);
}

void cluster()
{
    const auto connection = connect();
    connection.healthcheck();
    CHECK(connection.capabilities().text().find("\"swift\"") != std::string::npos);
    const auto capabilities = connection.read_capabilities();
    CHECK(capabilities.json().front() == '{' && capabilities.has("slo") && !capabilities.has("dance"));
    CHECK(capabilities.integer("slo.max_manifest_segments") && !capabilities.integer("slo"));
    CHECK(capabilities.boolean("swift.account_autocreate") || true);
    CHECK(capabilities.text("swift.version") && capabilities.limit("max_file_size") && !capabilities.limit("none"));
    std::set<std::string> methods;
    for (const std::string_view method : capabilities.items("tempurl.methods"))
        methods.insert(std::string(method));
    CHECK(methods.count("GET") && methods.count("PUT") && capabilities.items("dance").empty());
    std::size_t defaults = 0;
    for (const swc::capabilities::policy &policy : capabilities.policies()) {
        CHECK(!policy.name.empty() && !policy.aliases.empty() && !policy.is_deprecated);
        defaults += policy.is_default;
    }
    CHECK_SAME(defaults, 1u);
    const auto policy = connection.crossdomain<nothrow>();
    CHECK(policy ? policy->status() == 200 : policy.error().status() == status::not_found);
    const auto endpoints = connection.endpoints<nothrow>("c", "o");
    if (endpoints) {
        for (const std::string_view url : endpoints->urls())
            CHECK(url.substr(0, 7) == "http://");
        CHECK(endpoints->urls().size() > 0);
        for (const auto &[name, value] : endpoints->headers())
            CHECK(!name.empty() && !value.empty());
    } else {
        CHECK_SAME(endpoints.error().status(), status::not_found);
    }
}

// Accounts are made and deleted by reseller admins alone; what others hear is that they may not.
void whole_accounts()
{
    const auto connection = connect();
    connection.authenticate();
    const swc::connection elsewhere(
        swc::config{{"os_storage_url", connection.storage_url() + "_cpp"}, {"os_auth_token", connection.token()}});
    for (const auto &outcome : {elsewhere.put_account<nothrow>(), elsewhere.delete_account<nothrow>()})
        CHECK(outcome || outcome.error().status() == status::forbidden);
}

} // namespace

int main()
{
    for (const char *way : {"v1", "v3", "tls"}) {
        account(way);
        std::cout << "ok    account " << way << std::endl;
    }
    RUN(containers_and_listings);
    RUN(objects);
    RUN(large_objects);
    RUN(versions);
    RUN(without_a_token);
    RUN(cluster);
    RUN(whole_accounts);
}
