// A small harness, and the real server as the environment of tests/swift-server describes it. A check that fails says
// where and ends the program.
#ifndef CHECK_HPP
#define CHECK_HPP

#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <sstream>
#include <string>

#include <unistd.h>

#include <swiftclient.hpp>

[[noreturn]] inline void check_failed(const char *file, int line, const std::string &what)
{
    std::cerr << file << ':' << line << ": " << what << std::endl;
    std::exit(1);
}

#define CHECK(condition) ((condition) ? (void)0 : check_failed(__FILE__, __LINE__, "not so: " #condition))

template <class T> std::string in_words(const T &value)
{
    std::ostringstream out;
    if constexpr (std::is_enum_v<T>)
        out << static_cast<std::int64_t>(value);
    else
        out << value;
    return out.str();
}

template <class T> std::string in_words(const std::optional<T> &value) { return value ? in_words(*value) : "nothing"; }

template <class A, class B> void check_same(const char *file, int line, const char *what, const A &is, const B &want)
{
    if (!(is == want))
        check_failed(file, line, std::string(what) + " is " + in_words(is) + ", not " + in_words(want));
}

#define CHECK_SAME(is, want) check_same(__FILE__, __LINE__, #is, is, want)

// The call fails with this status, in its form without exceptions.
template <class T>
void check_status(const char *file, int line, const char *what, const swc::expected<T> &outcome, swc::status want)
{
    if (outcome)
        check_failed(file, line, std::string(what) + " went well");
    if (outcome.error().status() != want)
        check_failed(file, line, std::string(what) + " gave " + std::string(swc::status_name(outcome.error().status())) +
                                     ": " + outcome.error().what());
    if (outcome.error().message().empty())
        check_failed(file, line, std::string(what) + " does not say why");
}

#define CHECK_STATUS(call, want) check_status(__FILE__, __LINE__, #call, call, want)

#if SWC_EXCEPTIONS
// The statement throws this, which the lambda looks at.
template <class E, class F, class L> void check_throws(const char *file, int line, const char *what, F call, L look)
{
    try {
        call();
    } catch (const E &thrown) {
        look(thrown);
        return;
    } catch (const std::exception &other) {
        check_failed(file, line, std::string(what) + " threw something else: " + other.what());
    }
    check_failed(file, line, std::string(what) + " threw nothing");
}

#define CHECK_THROWS(type, call) check_throws<type>(__FILE__, __LINE__, #call, [&] { (void)(call); }, [](auto &) {})
#define CHECK_THROWS_AND(type, call, look)                                                                             \
    check_throws<type>(__FILE__, __LINE__, #call, [&] { (void)(call); }, look)
#endif

#define RUN(test)                                                                                                      \
    do {                                                                                                               \
        test();                                                                                                        \
        std::cout << "ok    " << #test << std::endl;                                                                   \
    } while (0)

// The environment variable, which must be there.
inline std::string need(const char *name)
{
    const char *value = std::getenv(name);
    if (!value || !*value)
        check_failed(name, 0, "is not set: start the server with tests/swift-server and use its environment");
    return value;
}

// Settings for a way to the server: "v1" (tempauth), "v3" (Keystone), "tls" (tempauth over TLS).
inline swc::config config_for(std::string_view way = "v1")
{
    auto made = way == "v3"
                    ? swc::config::make<swc::nothrow>({{"os_auth_url", need("OS_AUTH_URL")},
                                                       {"os_username", need("OS_USERNAME")},
                                                       {"os_password", need("OS_PASSWORD")},
                                                       {"os_project_name", need("OS_PROJECT_NAME")},
                                                       {"os_user_domain_name", need("OS_USER_DOMAIN_NAME")},
                                                       {"os_project_domain_name", need("OS_PROJECT_DOMAIN_NAME")},
                                                       {"os_region_name", need("OS_REGION_NAME")},
                                                       {"auth_version", "3"}})
                : way == "tls" ? swc::config::make<swc::nothrow>({{"auth", need("SWIFT_TEST_HTTPS_URL") + "/auth/v1.0"},
                                                                  {"os_cacert", need("SWIFT_TEST_CACERT")},
                                                                  {"user", need("ST_USER")},
                                                                  {"key", need("ST_KEY")}})
                               : swc::config::make<swc::nothrow>({{"auth", need("ST_AUTH")},
                                                                  {"user", need("ST_USER")},
                                                                  {"key", need("ST_KEY")}});
    CHECK(made.has_value());
    return *std::move(made);
}

inline swc::connection connect(std::string_view way = "v1")
{
    auto made = swc::connection::make<swc::nothrow>(config_for(way));
    CHECK(made.has_value());
    return *std::move(made);
}

// A name of this process's own.
inline std::string own_name(const std::string &name) { return "cpp-" + name + '-' + std::to_string(getpid()); }

// A container that is there as long as this, and goes with what is in it.
class own_container : public std::string {
  public:
    own_container(const swc::connection &connection, const std::string &name)
        : std::string(own_name(name)), connection_(connection)
    {
        CHECK(connection_.put_container<swc::nothrow>(*this).has_value());
    }
    ~own_container()
    {
        swc::expected<void> outcome;
        auto listing = connection_.list_container<swc::nothrow>(*this);
        CHECK(listing.has_value());
        for (const swc::entry &row : listing->rows(outcome))
            CHECK(connection_.delete_object<swc::nothrow>(*this, row.name()).has_value());
        CHECK(outcome.has_value());
        CHECK(connection_.delete_container<swc::nothrow>(*this).has_value());
    }
    own_container(const own_container &) = delete;
    own_container &operator=(const own_container &) = delete;

  private:
    const swc::connection &connection_;
};

#endif
