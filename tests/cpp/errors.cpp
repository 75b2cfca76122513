// Failures: what is thrown and what an expected holds, exceptions of callbacks, objects that were moved from, text that
// C cannot take.
#include "check.hpp"

#include <array>
#include <filesystem>
#include <list>
#include <thread>

#include <fcntl.h>

using namespace std::chrono_literals;
using swc::nothrow;
using swc::status;

namespace {

// An exception of ours, that must come out as it is.
struct ours : std::runtime_error {
    using std::runtime_error::runtime_error;
    int number = 7;
};

void both_forms()
{
    const auto connection = connect();
    const std::string container = own_name("nothing");
    CHECK_THROWS_AND(swc::not_found_error, connection.get_object(container, "o"), [&](const swc::not_found_error &e) {
        CHECK_SAME(e.status(), status::not_found);
        CHECK_SAME(e.http_status(), 404);
        CHECK_SAME(e.reason(), "Not Found");
        CHECK(!e.transaction_id().empty());
        CHECK_SAME(e.method(), "GET");
        CHECK(e.url().find(container + "/o") != std::string_view::npos);
        CHECK_SAME(e.header("x-trans-id"), std::optional<std::string_view>(e.transaction_id()));
        CHECK(!e.header("x-none"));
        CHECK(e.headers().size() > 2);
        std::size_t seen = 0;
        for (const auto &[name, value] : e.headers())
            seen += name == "x-trans-id" && value == e.transaction_id();
        CHECK_SAME(seen, 1u);
        CHECK(e.body().find("Not Found") != std::string_view::npos);
        CHECK(!e.report());
        CHECK_SAME(e.attempts().size(), 1u);
        const swc::attempt attempt = e.attempts()[0];
        CHECK_SAME(attempt.http_status, 404);
        CHECK_SAME(attempt.reason, "Not Found");
        CHECK_SAME(attempt.transaction_id, e.transaction_id());
        CHECK(!attempt.message.empty() && attempt.elapsed >= 0ms && attempt.pause == 0ms);
        CHECK_SAME(e.attempt_header(0, "x-trans-id"), std::optional<std::string_view>(e.transaction_id()));
        CHECK(!e.retryable());
        CHECK(!e.cause());
        CHECK_SAME(e.message(), std::string_view(e.what()));
        CHECK(e.get() != nullptr);
    });
    // Copies of it tell the same, and outlive it.
    std::optional<swc::error> copy;
    try {
        connection.head_container(container);
    } catch (const swc::http_error &e) {
        copy = e;
    }
    CHECK(copy && copy->status() == status::not_found && copy->http_status() == 404);
    CHECK_THROWS(swc::not_found_error, copy->raise());

    auto outcome = connection.head_container<nothrow>(container);
    CHECK(!outcome && !outcome.has_value() && outcome.error().http_status() == 404);
    CHECK_THROWS(swc::not_found_error, outcome.value());
    CHECK_THROWS(swc::not_found_error, connection.head_container<nothrow>(container).value());
    CHECK_THROWS(swc::error, std::as_const(outcome).value());
    const swc::expected<void> nothing = connection.healthcheck<nothrow>();
    CHECK(nothing);
    nothing.value();
    CHECK_SAME(swc::expected<int>(3).value_or(4), 3);
    CHECK_SAME(swc::expected<int>(swc::error(status::io, "x")).value_or(4), 4);
}

// Each status has a class to be caught by, those of HTTP under one more.
template <swc::status S> void is_caught_as()
{
    CHECK_THROWS_AND(swc::error_of<S>, swc::error(S, "why").raise(), [](const swc::error &e) {
        CHECK_SAME(e.status(), S);
        CHECK_SAME(e.message(), "why");
        CHECK_SAME(dynamic_cast<const swc::http_error *>(&e) != nullptr, static_cast<std::int32_t>(S) <= -40);
        // One that C knows nothing of.
        CHECK(!e.get() && e.http_status() == 0 && e.body().empty() && e.attempts().empty());
    });
}

void classes()
{
    is_caught_as<status::invalid_argument>();
    is_caught_as<status::invalid_utf8>();
    is_caught_as<status::state>();
    is_caught_as<status::again>();
    is_caught_as<status::unsupported>();
    is_caught_as<status::panic>();
    is_caught_as<status::cancelled>();
    is_caught_as<status::callback>();
    is_caught_as<status::io>();
    is_caught_as<status::connect>();
    is_caught_as<status::tls>();
    is_caught_as<status::timeout>();
    is_caught_as<status::protocol>();
    is_caught_as<status::auth>();
    is_caught_as<status::checksum>();
    is_caught_as<status::not_found>();
    is_caught_as<status::unauthorized>();
    is_caught_as<status::forbidden>();
    is_caught_as<status::conflict>();
    is_caught_as<status::precondition>();
    is_caught_as<status::not_modified>();
    is_caught_as<status::range>();
    is_caught_as<status::too_large>();
    is_caught_as<status::rate_limited>();
    is_caught_as<status::server>();
    CHECK_THROWS(swc::http_error, swc::error(status::http, "teapot").raise());
    CHECK_THROWS(swc::error, swc::error(static_cast<status>(-30), "of a later library").raise());
}

void text_that_c_cannot_take()
{
    const auto connection = connect();
    const std::string nul("a\0b", 3);
    CHECK_THROWS_AND(swc::invalid_argument_error, connection.head_container(nul), [](const swc::error &e) {
        CHECK(e.message().find("NUL at byte 1") != std::string_view::npos);
    });
    CHECK_STATUS(connection.head_container<nothrow>(std::string_view(nul)), status::invalid_argument);
    CHECK_STATUS(connection.head_container<nothrow>(std::string_view("abc", 4)), status::invalid_argument);
    CHECK_STATUS(connection.bulk_delete<nothrow>({"a/b", nul}), status::invalid_argument);
    CHECK_STATUS(connection.head_container<nothrow>("\xff"), status::invalid_utf8);
    CHECK_STATUS(connection.head_container<nothrow>(nullptr), status::invalid_argument);
    CHECK_STATUS(connection.copy_object<nothrow>("c", "o", nul, nullptr), status::invalid_argument);
    // A secret is not in the message.
    const auto secret = swc::config().set<nothrow>("key", std::string("geheim\0x", 8));
    CHECK(!secret && secret.error().message().find("geheim") == std::string_view::npos);
    CHECK_STATUS(swc::source::file<nothrow>(nul), status::invalid_argument);
    CHECK_STATUS(swc::config::make<nothrow>({{"auth", nul}}), status::invalid_argument);
    CHECK_STATUS(swc::config::make<nothrow>({{"no_such_key", "1"}}), status::invalid_argument);

    // All kinds of text there are; those without a NUL behind them are cut where they end, short ones and long ones.
    const own_container container(connection, "text");
    const std::string thousand(1000, 'x');
    const std::string_view part = std::string_view(thousand).substr(0, 900);
    char array[32] = "in-an-array";
    connection.put_object(container, part, "1");
    connection.put_object(container, std::string_view("short-and-more", 5), "2");
    connection.put_object(container, array, "3");
    connection.put_object(container, std::filesystem::path("a") / "path", "4");
    CHECK_SAME(connection.get_object(container, thousand.substr(100)).read_all(), "1");
    CHECK_SAME(connection.get_object(container, "short").read_all(), "2");
    CHECK_SAME(connection.get_object(container, "in-an-array").read_all(), "3");
    CHECK_SAME(connection.get_object(container, std::optional<std::string>("a/path").value()).read_all(), "4");
    // What is looked up with a NUL in it is not found, and never as what stands before it.
    const auto response = connection.head_object(container, "short");
    CHECK(response.header("etag") && !response.header(std::string("etag\0x", 6)));
}

void callbacks_that_throw()
{
    const auto connection = connect();
    const own_container container(connection, "throw");
    // Reading a body to send.
    const auto read = [](char *, std::size_t) -> std::size_t { throw ours("no more"); };
    const auto fails = swc::source::callbacks(read, [] {});
    CHECK_THROWS_AND(ours, connection.put_object(container, "o", fails),
                     [](const ours &e) { CHECK(e.number == 7 && std::string(e.what()) == "no more"); });
    CHECK_THROWS(ours, std::rethrow_exception(fails.thrown()));
    const auto outcome = connection.put_object<nothrow>(container, "o", fails);
    CHECK_STATUS(outcome, status::callback);
    CHECK_THROWS(ours, std::rethrow_exception(outcome.error().cause()));
    const auto cannot_go_back = swc::source::callbacks(read, []() -> bool { throw ours("no way back"); });
    CHECK_THROWS(ours, connection.put_object(container, "o", cannot_go_back));
    CHECK_THROWS_AND(ours, connection.put_object(container, "o", cannot_go_back),
                     [](const ours &e) { CHECK_SAME(e.what(), std::string("no way back")); });
    CHECK_THROWS(ours, outcome.error().raise());
    // What is no exception of the library's is not its business.
    const auto odd = swc::source::callbacks([](char *, std::size_t) -> std::size_t { throw 42; });
    CHECK_THROWS_AND(int, connection.put_object(container, "o", odd), [](int thrown) { CHECK_SAME(thrown, 42); });
    CHECK_STATUS(connection.head_object<nothrow>(container, "o"), status::not_found);

    // Progress: of an upload, and of a body that is read after the call that asked for it.
    const auto stops = [](std::uint64_t, std::optional<std::uint64_t>) { throw ours("stop"); };
    CHECK_THROWS(ours, connection.put_object(container, "o", "abc", swc::request().set_progress(stops)));
    connection.put_object(container, "o", "abc");
    auto response = connection.get_object(container, "o", swc::request().set_progress(stops));
    CHECK_THROWS(ours, response.read_all());
    // Returning false is no exception.
    const auto refuses = [](std::uint64_t, std::optional<std::uint64_t>) { return false; };
    CHECK_THROWS(swc::cancelled_error, connection.put_object(container, "o", "abc", swc::request().set_progress(refuses)));

    // What a call threw does not come out of the next one.
    CHECK_THROWS(swc::not_found_error, connection.get_object(container, "other"));

    // A callback that makes calls of its own: what is thrown there comes out there, what it throws from here.
    bool inner = false;
    const auto nests = [&](std::uint64_t, std::optional<std::uint64_t>) {
        CHECK_THROWS(ours, connection.put_object(container, "inner", fails));
        inner = true;
        throw std::logic_error("outer");
    };
    CHECK_THROWS(std::logic_error, connection.put_object(container, "o", "abc", swc::request().set_progress(nests)));
    CHECK(inner);

    // Streams.
    struct breaks : std::streambuf {
        int_type underflow() override { throw ours("broken stream"); }
    } breaking;
    std::istream broken(&breaking);
    CHECK_STATUS(connection.put_object<nothrow>(container, "o", swc::source::stream(broken)), status::callback);
    broken.clear();
    broken.exceptions(std::ios_base::badbit);
    CHECK_THROWS(ours, connection.put_object(container, "o", swc::source::stream(broken)));
}

void logging_in()
{
    const auto known = connect();
    known.authenticate();
    const std::string url = known.storage_url(), token = known.token();
    int calls = 0;
    swc::config config;
    config.set_auth_callback([&](swc::auth_reason reason, swc::session_view session) {
        calls++;
        CHECK(reason == swc::auth_reason::first);
        CHECK(!session.storage_url() && !session.token() && !session.service_token() && !session.expires());
        session.set_storage_url(url).set_token(token).set_service_token("s").set_service_token({});
        session.set_expires(std::chrono::system_clock::now() + 1h);
        CHECK_SAME(session.token(), std::optional<std::string_view>(token));
        CHECK(session.expires());
    });
    const swc::connection connection(config);
    connection.head_account();
    CHECK_SAME(calls, 1);
    const swc::session session = connection.session();
    CHECK_SAME(session.storage_url(), std::optional<std::string_view>(url));

    // What it throws comes out of the call, and is in the message.
    config.set_auth_callback([](swc::auth_reason, swc::session_view) { throw ours("no ticket"); });
    const swc::connection refused(config);
    CHECK_THROWS(ours, refused.head_account());
    const auto outcome = refused.authenticate<nothrow>();
    CHECK_STATUS(outcome, status::callback);
    CHECK(outcome.error().message().find("no ticket") != std::string_view::npos);
    // One of the library's, which passes, is tried again.
    calls = 0;
    config.set("retries", "2").set("starting_backoff", "0");
    config.set_auth_callback([&](swc::auth_reason, swc::session_view session) {
        if (++calls < 3)
            throw swc::connect_error(swc::error(status::connect, "not yet"));
        session.set_storage_url(url).set_token(token);
        return status::ok;
    });
    swc::connection(config).head_account();
    CHECK_SAME(calls, 3);
    config.set_auth_callback([](swc::auth_reason, swc::session_view) { return status::auth; });
    CHECK_STATUS(swc::connection(config).head_account<nothrow>(), status::auth);
    config.set_auth_callback(nullptr);
    CHECK_STATUS(swc::connection::make<nothrow>(config), status::auth);
}

// What C is given to keep goes when C needs it no more, whatever came of the call.
void what_is_kept()
{
    const auto watch = std::make_shared<int>(0);
    {
        swc::request request;
        request.set_progress([watch](std::uint64_t, std::optional<std::uint64_t>) {});
        CHECK_SAME(watch.use_count(), 2);
        request.set_progress(nullptr);
        CHECK_SAME(watch.use_count(), 1);
        request.set_progress([watch](std::uint64_t, std::optional<std::uint64_t>) {});
    }
    CHECK_SAME(watch.use_count(), 1);
    const auto read = [watch](char *, std::size_t) { return 0; };
    CHECK_SAME(watch.use_count(), 2);
    CHECK_STATUS(swc::source::callbacks<nothrow>(read, nullptr, -5), status::invalid_argument);
    CHECK_SAME(watch.use_count(), 2);
    swc::config gone;
    const swc::config config = std::move(gone);
    const auto log_in = [watch](swc::auth_reason, swc::session_view) {};
    CHECK_SAME(watch.use_count(), 3);
    CHECK_STATUS(gone.set_auth_callback<nothrow>(log_in), status::invalid_argument);
    CHECK_SAME(watch.use_count(), 3);
    {
        const auto bytes = std::make_shared<const std::string>("kept");
        const auto source = swc::source::own(bytes);
        const auto again = swc::source::own(std::shared_ptr<const std::string>());
        CHECK_SAME(bytes.use_count(), 2);
        CHECK_SAME(source.size(), std::optional<std::uint64_t>(4));
        CHECK_SAME(again.size(), std::optional<std::uint64_t>(0));
    }
    CHECK_SAME(swc::source::own(std::vector<std::uint32_t>(3)).size(), std::optional<std::uint64_t>(12));
    CHECK_SAME(swc::source::own(std::array<char, 5>()).size(), std::optional<std::uint64_t>(5));
    CHECK_SAME(swc::source::own(std::make_unique<std::string>("ab")).size(), std::optional<std::uint64_t>(2));
}

template <class T> void moves(T one)
{
    static_assert(!std::is_copy_constructible_v<T> && !std::is_copy_assignable_v<T>);
    static_assert(std::is_nothrow_move_constructible_v<T> && std::is_nothrow_move_assignable_v<T>);
    static_assert(std::is_nothrow_destructible_v<T>);
    CHECK(one && one.get());
    T other = std::move(one);
    CHECK(!one && !one.get() && other.get());
    one = std::move(other);
    CHECK(one && !other);
    auto *handle = one.release();
    CHECK(handle && !one);
    const T owns_again(handle);
    CHECK(owns_again.get() == handle);
}

void moved_from()
{
    auto connection = connect();
    const own_container container(connection, "moved");
    connection.put_object(container, "o", "abc");
    const swc::source source = swc::source::borrow("abc");
    moves(connect());
    moves(swc::config());
    moves(swc::cancel_token());
    moves(swc::account_acl());
    moves(swc::request());
    moves(swc::manifest());
    moves(swc::tempurl());
    moves(swc::formpost());
    moves(swc::objects());
    moves(swc::queue());
    moves(swc::service(connection));
    moves(swc::source::borrow("abc"));
    moves(connection.get_object(container, "o"));
    moves(connection.list_account());
    moves(connection.read_capabilities());
    moves(connection.session());
    moves(swc::reader(connection, container, "o"));
    moves(swc::writer(connection, container, "other"));
    moves(swc::service(connection).progress());
    moves(swc::service(connection).statistics());

    // Calls of what was moved from fail, and what it is asked for is not there.
    swc::response response = connection.get_object(container, "o"), kept = std::move(response);
    CHECK_STATUS(response.read_all<nothrow>(), status::invalid_argument);
    char byte = 0;
    CHECK_STATUS(response.read<nothrow>(&byte, 1), status::invalid_argument);
    CHECK_SAME(response.status(), 0);
    CHECK(!response.header("etag") && !response.etag() && response.headers().empty() && response.reason().empty());
    swc::listing listing = connection.list_account(), rest = std::move(listing);
    CHECK_STATUS(listing.next<nothrow>(), status::invalid_argument);
    CHECK(!listing.response() && !listing.header("x"));
    CHECK(swc::entry().name().empty() && !swc::entry().hash());
    CHECK(!swc::result().error() && !swc::result().progress() && swc::result().check<nothrow>());

    // Given to a call, it is not the same as nothing: that would be another call.
    swc::request request;
    const swc::request extras = std::move(request);
    CHECK_STATUS(connection.delete_object<nothrow>(container, "o", request), status::invalid_argument);
    swc::source lent = swc::source::borrow("x"), taken = std::move(lent);
    CHECK_STATUS(connection.put_object<nothrow>(container, "o", lent), status::invalid_argument);
    CHECK_STATUS(swc::objects().add_source<nothrow>("o", lent), status::invalid_argument);
    swc::objects objects, others = std::move(objects);
    const swc::service service(connection);
    const swc::queue queue;
    CHECK_STATUS(service.delete_<nothrow>(container, objects, {}, queue), status::invalid_argument);
    swc::config config, settings = std::move(config);
    CHECK_STATUS(service.list<nothrow>(container, config, queue), status::invalid_argument);
    swc::cancel_token token, other_token = std::move(token);
    CHECK_STATUS(swc::request().set_cancel<nothrow>(token), status::invalid_argument);
    swc::account_acl acl, other_acl = std::move(acl);
    CHECK_STATUS(swc::request().set_account_acl<nothrow>(acl), status::invalid_argument);
    swc::connection gone = connect(), here = std::move(gone);
    CHECK_STATUS(gone.head_account<nothrow>(), status::invalid_argument);
    CHECK_SAME(connection.get_object(container, "o").text(), "abc");
    // A job of nothing.
    CHECK(!swc::job().cancel() && swc::job().number() == 0);
    CHECK_STATUS(swc::job().progress<nothrow>(), status::invalid_argument);
}

void configs()
{
    swc::config config{{"user", "a:b"}, {"meta", "Color", "red"}, {"meta", "Size", "1"}};
    CHECK_SAME(config.get("user"), "a:b");
    CHECK_SAME(config.get("retries"), "5");
    CHECK(config.get("meta").find("Size") != std::string_view::npos);
    config.add("header", "X-A", "1").set("retries", "7").set("user", std::nullopt);
    CHECK_SAME(config.get("user"), "");
    const swc::config copy = config.clone();
    config.set("retries", "8");
    CHECK_SAME(copy.get("retries"), "7");
    CHECK_STATUS(copy.get<nothrow>("nothing"), status::invalid_argument);
    CHECK_STATUS(config.add<nothrow>("user", "a", "b"), status::invalid_argument);
    CHECK_THROWS(swc::invalid_argument_error, config.set("retries", "many"));
    CHECK_THROWS(swc::invalid_argument_error, (swc::config{{"user", "b", "c"}}));

    std::size_t found = 0;
    for (const auto &key : swc::config::keys()) {
        found += key.name == "retries" && key.default_value == "5" && !key.doc.empty();
        CHECK(!key.name.empty());
    }
    CHECK_SAME(found, 1u);
    CHECK(swc::config::keys().begin()->name == swc::config::keys()[0].name);

    swc::connection(swc::config::from_env()).head_account();
    const std::string path = own_name("clouds.yaml");
    std::FILE *file = std::fopen(path.c_str(), "w");
    CHECK(file);
    std::fputs("clouds:\n  one:\n    auth:\n      auth_url: https://keystone.example\n      username: me\n", file);
    std::fclose(file);
    CHECK_SAME(swc::config::from_cloud("one", path).get("os_username"), "me");
    CHECK_STATUS(swc::config::from_cloud<nothrow>("two", std::filesystem::path(path)), status::invalid_argument);
    CHECK_STATUS(swc::config().load_cloud<nothrow>("two", path), status::invalid_argument);
    std::remove(path.c_str());
}

} // namespace

int main()
{
    RUN(both_forms);
    RUN(classes);
    RUN(text_that_c_cannot_take);
    RUN(callbacks_that_throw);
    RUN(logging_in);
    RUN(what_is_kept);
    RUN(moved_from);
    RUN(configs);
}
