// Without exceptions (-fno-exceptions): every call gives an expected, streams and ranges tell their failures, and
// callbacks say by what they return that they fail.
#include "check.hpp"

#include <chrono>

using namespace std::chrono_literals;
using swc::status;

static_assert(SWC_EXCEPTIONS == 0, "to be compiled with -fno-exceptions");

namespace {

void calls()
{
    const swc::connection connection = connect();
    const own_container container(connection, "without");
    // No template argument: it is the only form there is.
    const swc::expected<swc::response> put = connection.put_object(container, "o", "some text");
    CHECK(put && put->status() == 201);
    auto got = connection.get_object(container, "o");
    CHECK(got.has_value());
    const auto text = got->read_all();
    CHECK(text && *text == "some text");
    CHECK(got.value().status() == 200);
    const auto missing = connection.get_object(container, "missing");
    CHECK_STATUS(missing, status::not_found);
    CHECK(missing.error().http_status() == 404 && missing.error().reason() == "Not Found");
    CHECK_STATUS(swc::connection::make(swc::config()), status::auth);
    CHECK_STATUS(connection.head_object("a\xff", "o"), status::invalid_utf8);

    swc::request request;
    CHECK(request.set_range(0, 4).has_value());
    CHECK(connection.get_object(container, "o", request)->text().value() == "some");
    bool stop = false;
    CHECK(request.set_progress([&](std::uint64_t, std::optional<std::uint64_t>) { return !stop; }).has_value());
    stop = true;
    CHECK_STATUS(connection.put_object(container, "other", "abc", request), status::cancelled);
    auto fails = swc::source::callbacks([](char *, std::size_t) { return -5; });
    CHECK_STATUS(connection.put_object(container, "other", *fails), status::callback);

    swc::config config;
    CHECK(config.set_auth_callback([](swc::auth_reason, swc::session_view session) {
        return session.set_failure("not today").has_value() ? status::auth : status::callback;
    }).has_value());
    const auto locked_out = swc::connection::make(config)->head_account();
    CHECK_STATUS(locked_out, status::auth);
    CHECK(locked_out.error().message().find("not today") != std::string_view::npos);

    std::string names;
    swc::expected<void> outcome;
    auto all = connection.list_container(container);
    for (const swc::entry &row : all->rows(outcome))
        names += std::string(row.name());
    CHECK(outcome && names == "o");
    const std::string nothing = own_name("nothing");
    auto listing = connection.list_container(nothing);
    for (const swc::entry &row : listing->rows(outcome))
        names += std::string(row.name());
    CHECK_STATUS(outcome, status::not_found);
    CHECK_STATUS(listing->next(), status::not_found);
}

void streams()
{
    const swc::connection connection = connect();
    const own_container container(connection, "without-streams");
    swc::ostream out(*swc::writer::make(connection, container, "o"));
    out << "one two " << 3;
    CHECK(out.finish().has_value());
    swc::istream in(*swc::reader::make(connection, container, "o"));
    std::string one, two;
    int three = 0;
    in >> one >> two >> three;
    CHECK(one == "one" && two == "two" && three == 3 && in.check());
    // A failure looks like the end to what reads; check() tells them apart.
    connection.put_object(container, "o", "changed").value();
    in.clear();
    in.seekg(0);
    swc::istream changed(*swc::reader::make(connection, container, "o"));
    connection.put_object(container, "o", "changed once more").value();
    CHECK(changed.get() == std::char_traits<char>::eof());
    CHECK_STATUS(changed.check(), status::precondition);
    swc::ostream nowhere(*swc::writer::make(connection, own_name("nowhere"), "o"));
    nowhere << "abc";
    CHECK_STATUS(nowhere.finish(), status::not_found);
}

void jobs()
{
    const swc::connection connection = connect();
    const own_container container(connection, "without-jobs");
    auto service = swc::service::make(connection);
    auto queue = swc::queue::make();
    const auto source = swc::source::own(std::string("from a job"));
    CHECK(service && queue && source);
    CHECK(service->upload_object(container, "o", *source, {{"meta", "Color", "red"}}, *queue, 7).has_value());
    CHECK_STATUS(service->list(container, {{"nonsense", "1"}}, *queue), status::invalid_argument);
    swc::results batch;
    for (bool open = true; open;) {
        CHECK(queue->pop(batch).value() > 0);
        for (swc::result &result : batch) {
            CHECK(result.tag() == 7 && result.check());
            open = open && !result.is_last();
        }
    }
    CHECK(service->list(container, {}, *queue).has_value());
    std::size_t rows = 0;
    for (bool open = true; open;) {
        auto result = queue->pop();
        CHECK(result && *result);
        swc::expected<void> outcome;
        for (const swc::entry &row : (*result)->entries(outcome))
            rows += row.name() == "o";
        CHECK(outcome.has_value());
        open = !(*result)->is_last();
    }
    CHECK_SAME(rows, 1u);
    CHECK(service->shutdown(10s).value());
    CHECK(swc::log_set(swc::log_level::error, [](swc::log_level, std::string_view) {}).has_value());
    CHECK(swc::log_set(swc::log_level::off, nullptr).has_value());
}

} // namespace

int main()
{
    RUN(calls);
    RUN(streams);
    RUN(jobs);
}
