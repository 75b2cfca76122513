/**
 * @file swiftclient.hpp
 * @brief libswiftclient for C++17: the functions of swiftclient.h as classes, in one header.
 *
 * @code
 * #include <swiftclient.hpp>
 *
 * int main()
 * {
 *     swc::connection connection(swc::config::from_env());
 *     connection.get_object("photos", "cat.jpg").write_to_file("cat.jpg");
 *     for (const swc::entry &row : connection.list_container("photos", swc::query{{"prefix", "c"}}))
 *         std::cout << row.name() << ' ' << row.bytes() << '\n';
 * }
 * @endcode
 *
 * Names are those of C: swc_response_header() is swc::response::header(), an swc_entry is a swc::entry. What a
 * function does, blocks on and may fail with is said at its C function, which each member names. Nothing of Swift is
 * done here: members decode their arguments, call, and encode what came of it.
 *
 * @section failure Failure
 * Each member that can fail has two forms. As it stands it throws swc::error, or what is derived from it:
 * `connection.get_object("a", "b")` is a swc::response. With the template argument swc::nothrow it gives a
 * swc::expected and throws nothing: `connection.get_object<swc::nothrow>("a", "b")`. Objects that cannot be made
 * without a chance of failure have beside the constructor, which throws, a `make` with the same two forms. Where
 * exceptions are switched off (-fno-exceptions, or the macro SWC_NO_EXCEPTIONS) there is the second form alone, and
 * `connection.get_object("a", "b")` is the swc::expected. Only memory that runs out is std::bad_alloc in both.
 * (In a template, where the type of the object depends on a parameter, C++ wants the word `template` before the name.)
 *
 * @section owners Ownership
 * A class that is called as a handle of C owns it: it can be moved and not copied, and frees the handle when it
 * goes. `get()` shows the handle, `release()` hands it over, the constructor that takes a handle takes it over. One
 * that was moved from holds NULL: it can be assigned to and destroyed, its calls fail with
 * status::invalid_argument, and its accessors give what those of C give for NULL. Names ending in `_view`, and
 * swc::entry and swc::segment, own nothing: they are good as long as what they came from, which is said there.
 * Objects may be destroyed in any order, but for a stream or a job, which say what they need.
 *
 * @section text Text
 * Text goes in as anything that is or becomes a std::string_view; what ends in a NUL anyway (literals, std::string)
 * is not copied. A NUL within it is status::invalid_argument: nothing is cut short. Paths of local files may also
 * be std::filesystem::path. Text comes out as std::string_view, with a NUL behind it, and lives as long as the object
 * it was asked of (a row: until the next one is asked for); where C says NULL it is std::nullopt. Do not keep
 * a view that a temporary object gave. What has no object to live in is std::string.
 *
 * @section time Times, sizes and options
 * Waiting times are any std::chrono::duration or swc::no_limit. Points in time are those of
 * std::chrono::system_clock. Sizes that C has as -1 are std::nullopt, in both directions. Where C takes an
 * swc_config for a job or a writer, `{{"prefix", "a/"}, {"meta", "Color", "red"}}` does too, and `{}` is none;
 * where it takes an swc_request, so do swc::headers and swc::query.
 *
 * @section callbacks Callbacks
 * Whatever can be called may be one: lambdas, std::function. What it holds is destroyed when the library needs it no
 * longer, maybe on another thread. What it throws ends the call it runs in and comes out of that call; with
 * swc::nothrow it is the `cause()` of the error. Jobs of a service run the callbacks of sources, and those that log
 * in, on threads of the service: their result fails with status::callback, and swc::source::thrown() has what was
 * thrown. What a log callback throws is dropped, as messages come from any thread.
 *
 * Threads are those of C: const members of one object may run at once with each other, others need the object for
 * themselves; connections, services, queues, sources and cancel tokens may be used by any number of threads.
 */
#ifndef SWIFTCLIENT_HPP
#define SWIFTCLIENT_HPP

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <initializer_list>
#include <istream>
#include <iterator>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <ostream>
#include <stdexcept>
#include <streambuf>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <swiftclient.h>

#if defined(__cpp_exceptions) && !defined(SWC_NO_EXCEPTIONS)
#define SWC_EXCEPTIONS 1
#else
#define SWC_EXCEPTIONS 0
#endif

namespace swc {
// The two kinds of programs have classes of different names for the linker, as the members differ.
#if SWC_EXCEPTIONS
inline namespace v0 {
#else
inline namespace v0_nothrow {
#endif

/** The outcome of a call; see swc_status. A later library may have others. */
enum class status : std::int32_t {
    ok = SWC_OK,
    end = SWC_END,
    timed_out = SWC_TIMED_OUT,
    invalid_argument = SWC_ERR_INVALID_ARGUMENT,
    invalid_utf8 = SWC_ERR_INVALID_UTF8,
    state = SWC_ERR_STATE,
    again = SWC_ERR_AGAIN,
    unsupported = SWC_ERR_UNSUPPORTED,
    panic = SWC_ERR_PANIC,
    cancelled = SWC_ERR_CANCELLED,
    callback = SWC_ERR_CALLBACK,
    io = SWC_ERR_IO,
    connect = SWC_ERR_CONNECT,
    tls = SWC_ERR_TLS,
    timeout = SWC_ERR_TIMEOUT,
    protocol = SWC_ERR_PROTOCOL,
    auth = SWC_ERR_AUTH,
    checksum = SWC_ERR_CHECKSUM,
    http = SWC_ERR_HTTP,
    not_found = SWC_ERR_NOT_FOUND,
    unauthorized = SWC_ERR_UNAUTHORIZED,
    forbidden = SWC_ERR_FORBIDDEN,
    conflict = SWC_ERR_CONFLICT,
    precondition = SWC_ERR_PRECONDITION,
    not_modified = SWC_ERR_NOT_MODIFIED,
    range = SWC_ERR_RANGE,
    too_large = SWC_ERR_TOO_LARGE,
    rate_limited = SWC_ERR_RATE_LIMITED,
    server = SWC_ERR_SERVER,
};

/** What a user may do with an account; see swc_account_access. */
enum class account_access : std::int32_t {
    admin = SWC_ACCOUNT_ADMIN,
    read_write = SWC_ACCOUNT_READ_WRITE,
    read_only = SWC_ACCOUNT_READ_ONLY,
};

/** How the files of an archive are packed; see swc_archive. */
enum class archive : std::int32_t {
    by_name = SWC_ARCHIVE_BY_NAME,
    tar = SWC_ARCHIVE_TAR,
    tar_gz = SWC_ARCHIVE_TAR_GZ,
    tar_bz2 = SWC_ARCHIVE_TAR_BZ2,
};

/** What a POST to a symlink means; see swc_symlink_post. */
enum class symlink_post : std::int32_t {
    report = SWC_SYMLINK_POST_REPORT,
    link = SWC_SYMLINK_POST_LINK,
    target = SWC_SYMLINK_POST_TARGET,
};

/** How much a log message matters; see swc_log_level. */
enum class log_level : std::int32_t {
    off = SWC_LOG_OFF,
    error = SWC_LOG_ERROR,
    warn = SWC_LOG_WARN,
    info = SWC_LOG_INFO,
    debug = SWC_LOG_DEBUG,
};

/** Why a token is asked for; see swc_auth_reason. */
enum class auth_reason : std::int32_t {
    first = SWC_AUTH_FIRST,
    refused = SWC_AUTH_REFUSED,
    expiring = SWC_AUTH_EXPIRING,
};

/** A point in time, in both directions. */
using time_point = std::chrono::system_clock::time_point;

/** A length that means up to the end, and an offset that means from the end: see swc_request_set_range(). */
inline constexpr std::uint64_t to_end = UINT64_MAX;
inline constexpr std::uint64_t from_end = UINT64_MAX;

/** Tells the version of the library that is running; see swc_version(). */
inline std::string_view version() noexcept { return swc_version(); }

/** The same as a number made to be compared with SWC_VERSION_NUMBER; see swc_version_number(). */
inline std::uint32_t version_number() noexcept { return swc_version_number(); }

/** Names a status, as "SWC_ERR_NOT_FOUND"; see swc_status_name(). */
inline std::string_view status_name(status status) noexcept
{
    return swc_status_name(static_cast<std::int32_t>(status));
}

class error;
class report;
class response;
class request;
class config;
class objects;

/**
 * Text on its way to C, which wants a NUL behind it: made where it is needed, from whatever text there is.
 *
 * A `const char *` and a std::string are passed on as they are; what may lack the NUL is copied, into the zstring
 * itself when it is short. Also made of a std::filesystem::path. For parameters only: it does not outlive the call.
 */
class zstring {
  public:
    zstring(const char *text) noexcept : text_(text) {}
    zstring(const std::string &text) noexcept : text_(text.c_str()), size_(text.size()) { look(); }

    template <class S, std::enable_if_t<std::is_convertible_v<const S &, std::string_view> &&
                                            !std::is_convertible_v<const S &, const char *>, int> = 0>
    zstring(const S &text)
    {
        const std::string_view view = text;
        copy(view.data(), view.size());
    }

    template <class Path, class Char = typename Path::value_type,
              std::enable_if_t<std::is_same_v<decltype(std::declval<const Path &>().native()),
                                              const std::basic_string<Char> &>, int> = 0>
    zstring(const Path &path)
    {
        if constexpr (std::is_same_v<Char, char>) {
            text_ = path.c_str();
            size_ = path.native().size();
            look();
        } else {
            const auto utf8 = path.u8string();
            copy(reinterpret_cast<const char *>(utf8.data()), utf8.size());
        }
    }

    zstring(const zstring &) = delete;
    zstring &operator=(const zstring &) = delete;

    /** The text for C. One with a NUL in it becomes what is no UTF-8, and so is found nowhere. */
    const char *c() const noexcept { return nul_ ? "\xff" : text_; }

    /** What is wrong with the text, if anything. */
    std::optional<error> fault() const;

  protected:
    zstring() noexcept = default;

    void copy(const char *text, std::size_t size)
    {
        char *to = small_;
        if (size >= sizeof small_) {
            large_.reset(new char[size + 1]);
            to = large_.get();
        }
        if (size != 0)
            std::memcpy(to, text, size);
        to[size] = '\0';
        text_ = to;
        size_ = size;
        look();
    }

  private:
    void look() noexcept { nul_ = std::memchr(text_, '\0', size_); }

    const char *text_ = nullptr;
    std::size_t size_ = 0;
    const void *nul_ = nullptr;
    std::unique_ptr<char[]> large_;
    char small_[88];
};

/** As zstring, or nothing: std::nullopt, nullptr, `{}`, or an empty std::optional of text. */
class opt_zstring : public zstring {
  public:
    using zstring::zstring;
    opt_zstring() noexcept {}
    opt_zstring(std::nullptr_t) noexcept {}
    opt_zstring(std::nullopt_t) noexcept {}
    template <class S> opt_zstring(const std::optional<S> &text)
    {
        if (text) {
            const std::string_view view = *text;
            copy(view.data(), view.size());
        }
    }
};

/** Several texts at once, for parameters: `{"a", "b"}`, or any range of text. They are copied. */
class zstrings {
  public:
    zstrings(std::initializer_list<std::string_view> texts) { take(texts.begin(), texts.end()); }
    template <class Range, class = decltype(std::string_view(*std::begin(std::declval<const Range &>())))>
    zstrings(const Range &texts)
    {
        take(std::begin(texts), std::end(texts));
    }

    const char *const *c() const noexcept { return pointers_.data(); }
    std::size_t size() const noexcept { return pointers_.size(); }
    std::optional<error> fault() const;

  private:
    template <class I> void take(I begin, I end)
    {
        for (; begin != end; ++begin)
            texts_.emplace_back(std::string_view(*begin));
        for (const std::string &text : texts_)
            pointers_.push_back(text.c_str());
    }

    std::vector<std::string> texts_;
    std::vector<const char *> pointers_;
};

/** For a waiting time without limit. */
struct no_limit_t {};
inline constexpr no_limit_t no_limit{};

/** How long to wait, for parameters: any std::chrono::duration, rounded up to milliseconds, or swc::no_limit. */
class wait_time {
  public:
    wait_time(no_limit_t) noexcept {}

    /** Less than nothing is nothing; what is more than C can say (24 days) is that. */
    template <class Rep, class Period> wait_time(std::chrono::duration<Rep, Period> time) noexcept
    {
        const double ms = std::chrono::duration<double, std::milli>(time).count();
        ms_ = ms >= INT32_MAX ? INT32_MAX : ms > 0 ? static_cast<std::int32_t>(std::ceil(ms)) : 0;
    }

    std::int32_t c() const noexcept { return ms_; }

  private:
    std::int32_t ms_ = -1;
};

/** A point in time, for parameters, or nothing: std::nullopt or `{}`. C has it in seconds. */
class opt_time {
  public:
    opt_time() noexcept = default;
    opt_time(std::nullopt_t) noexcept {}
    opt_time(const std::optional<time_point> &time) noexcept
    {
        if (time)
            *this = opt_time(*time);
    }
    template <class Duration>
    opt_time(const std::chrono::time_point<std::chrono::system_clock, Duration> &time) noexcept
    {
        const auto seconds = std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
        // -1 is nothing; what was before 1970 is refused by C.
        seconds_ = seconds < 0 ? -2 : static_cast<std::int64_t>(seconds);
    }

    std::int64_t c() const noexcept { return seconds_; }

  private:
    std::int64_t seconds_ = -1;
};

/** How long something lasts, for parameters, in whole seconds, or nothing: std::nullopt or `{}`. */
class opt_seconds {
  public:
    opt_seconds() noexcept = default;
    opt_seconds(std::nullopt_t) noexcept {}
    template <class Rep, class Period> opt_seconds(std::chrono::duration<Rep, Period> time) noexcept
    {
        const double seconds = std::chrono::duration<double>(time).count();
        // -1 is nothing; less than nothing is refused by C.
        seconds_ = seconds >= 9e18 ? INT64_MAX : seconds >= 0 ? static_cast<std::int64_t>(std::ceil(seconds)) : -2;
    }

    std::int64_t c() const noexcept { return seconds_; }

  private:
    std::int64_t seconds_ = -1;
};

/** A number that may be unknown or none, for parameters: any integer, std::nullopt or `{}`. */
class opt_size {
  public:
    opt_size() noexcept = default;
    opt_size(std::nullopt_t) noexcept {}
    template <class N, std::enable_if_t<std::is_integral_v<N> && !std::is_same_v<N, bool>, int> = 0>
    opt_size(N size) noexcept
    {
        if constexpr (std::is_signed_v<N>)
            bad_ = size < 0;
        else
            bad_ = static_cast<std::uint64_t>(size) > static_cast<std::uint64_t>(INT64_MAX);
        size_ = static_cast<std::int64_t>(size);
    }
    template <class N> opt_size(const std::optional<N> &size) noexcept
    {
        if (size)
            *this = opt_size(*size);
    }

    std::int64_t c() const noexcept { return size_; }
    std::optional<error> fault() const;

  private:
    std::int64_t size_ = -1;
    bool bad_ = false;
};

/** A header, a field, an item: a name and what it holds. Lives as long as the object it was asked of. */
struct name_value {
    std::string_view name, value;
};

/**
 * Things that C gives by their number, for range-for and by `[]`.
 *
 * It asks for each when it is looked at, and is good as long as the object it was asked of is not changed.
 */
template <class At> class sequence {
  public:
    using value_type = decltype(std::declval<const At &>()(std::size_t()));

    class iterator {
      public:
        using iterator_category = std::input_iterator_tag;
        using value_type = sequence::value_type;
        using difference_type = std::ptrdiff_t;
        using reference = value_type;
        struct pointer {
            value_type value;
            const value_type *operator->() const noexcept { return &value; }
        };

        iterator() = default;
        iterator(At at, std::size_t index) : at_(at), index_(index) {}
        reference operator*() const { return at_(index_); }
        pointer operator->() const { return {at_(index_)}; }
        iterator &operator++() { return ++index_, *this; }
        iterator operator++(int) { return iterator(at_, index_++); }
        friend bool operator==(const iterator &a, const iterator &b) { return a.index_ == b.index_; }
        friend bool operator!=(const iterator &a, const iterator &b) { return a.index_ != b.index_; }

      private:
        At at_{};
        std::size_t index_ = 0;
    };

    sequence(At at, std::size_t size) : at_(at), size_(size) {}
    iterator begin() const { return iterator(at_, 0); }
    iterator end() const { return iterator(at_, size_); }
    std::size_t size() const noexcept { return size_; }
    bool empty() const noexcept { return size_ == 0; }
    /** The one of that number, which must be less than size(). */
    value_type operator[](std::size_t index) const { return at_(index); }

  private:
    At at_;
    std::size_t size_;
};

/** What lies behind the public classes; not for use. */
namespace detail {

struct deleter {
    void operator()(swc_account_acl *p) const noexcept { swc_account_acl_free(p); }
    void operator()(swc_cancel *p) const noexcept { swc_cancel_free(p); }
    void operator()(swc_capabilities *p) const noexcept { swc_capabilities_free(p); }
    void operator()(swc_config *p) const noexcept { swc_config_free(p); }
    void operator()(swc_connection *p) const noexcept { swc_connection_free(p); }
    void operator()(swc_endpoints *p) const noexcept { swc_endpoints_free(p); }
    void operator()(swc_error *p) const noexcept { swc_error_free(p); }
    void operator()(swc_formpost *p) const noexcept { swc_formpost_free(p); }
    void operator()(swc_listing *p) const noexcept { swc_listing_free(p); }
    void operator()(swc_manifest *p) const noexcept { swc_manifest_free(p); }
    void operator()(swc_objects *p) const noexcept { swc_objects_free(p); }
    void operator()(swc_progress *p) const noexcept { swc_progress_free(p); }
    void operator()(swc_queue *p) const noexcept { swc_queue_free(p); }
    void operator()(swc_reader *p) const noexcept { swc_reader_free(p); }
    void operator()(swc_report *p) const noexcept { swc_report_free(p); }
    void operator()(swc_request *p) const noexcept { swc_request_free(p); }
    void operator()(swc_response *p) const noexcept { swc_response_free(p); }
    void operator()(swc_result *p) const noexcept { swc_result_free(p); }
    void operator()(swc_service *p) const noexcept { swc_service_free(p); }
    void operator()(swc_session *p) const noexcept { swc_session_free(p); }
    void operator()(swc_source *p) const noexcept { swc_source_free(p); }
    void operator()(swc_statistics *p) const noexcept { swc_statistics_free(p); }
    void operator()(swc_tempurl *p) const noexcept { swc_tempurl_free(p); }
    void operator()(swc_writer *p) const noexcept { swc_writer_free(p); }
    void operator()(char *p) const noexcept { swc_string_free(p); }
};

template <class C> using unique = std::unique_ptr<C, deleter>;

// What C tells, as C++ has it.
inline std::string_view view(const char *text) noexcept { return text ? std::string_view(text) : std::string_view(); }

inline std::optional<std::string_view> maybe(const char *text) noexcept
{
    return text ? std::optional<std::string_view>(text) : std::nullopt;
}

inline std::optional<std::uint64_t> known(std::int64_t number) noexcept
{
    return number < 0 ? std::nullopt : std::optional<std::uint64_t>(static_cast<std::uint64_t>(number));
}

template <class Unit> std::optional<time_point> time_at(std::int64_t since_1970) noexcept
{
    if (since_1970 == -1)
        return std::nullopt;
    // The clock may end before the times that can be set.
    if (since_1970 >= std::chrono::duration_cast<Unit>(time_point::max().time_since_epoch()).count())
        return time_point::max();
    return time_point(std::chrono::duration_cast<time_point::duration>(Unit(since_1970)));
}

inline std::optional<time_point> seconds_at(std::int64_t time) noexcept { return time_at<std::chrono::seconds>(time); }

inline std::optional<time_point> microseconds_at(std::int64_t time) noexcept
{
    return time_at<std::chrono::microseconds>(time);
}

/** An accessor of C for names and values by their number, as what a sequence asks. */
template <class H, class F> struct pair_at {
    const H *from = nullptr;
    F function = nullptr;
    name_value operator()(std::size_t index) const
    {
        const char *name = nullptr, *value = nullptr;
        function(from, index, &name, &value);
        return {view(name), view(value)};
    }
};

template <class H, class F> sequence<pair_at<H, F>> pairs(const H *from, F function, std::size_t size)
{
    return {{from, function}, size};
}

} // namespace detail

/**
 * Owns a handle of C: moves, does not copy, and frees it in the end.
 */
template <class C> class owner {
  public:
    using handle = C;

    owner() noexcept = default;
    /** Takes over a handle of C. */
    explicit owner(C *taken) noexcept : handle_(taken) {}

    /** The handle, which stays this object's; NULL when it was moved from. */
    C *get() const noexcept { return handle_.get(); }
    /** Hands the handle over, to be freed by its _free of C. */
    [[nodiscard]] C *release() noexcept { return handle_.release(); }
    /** Whether there is a handle: false when it was moved from. */
    explicit operator bool() const noexcept { return handle_ != nullptr; }

  private:
    detail::unique<C> handle_;
};

/**
 * Refers to a handle of C that something else owns, and is good as long as that.
 */
template <class C> class view {
  public:
    view() noexcept = default;
    explicit view(C *handle) noexcept : handle_(handle) {}

    C *get() const noexcept { return handle_; }
    explicit operator bool() const noexcept { return handle_ != nullptr; }

  private:
    C *handle_ = nullptr;
};

/** A path that something went wrong with: see swc_report_error_at(). Lives as long as its report. */
struct report_error {
    std::string_view container;
    std::optional<std::string_view> object;
    std::int32_t http_status = 0;
    std::string_view reason;
};

/** What report and report_view tell. */
template <class Self> class report_facts {
    const swc_report *self() const noexcept { return static_cast<const Self &>(*this).get(); }

    struct error_at {
        const swc_report *from = nullptr;
        report_error operator()(std::size_t index) const
        {
            const char *container = nullptr, *object = nullptr, *reason = nullptr;
            std::int32_t status = 0;
            swc_report_error_at(from, index, &container, &object, &status, &reason);
            return {detail::view(container), detail::maybe(object), status, detail::view(reason)};
        }
    };

  public:
    /** Tells the status of the whole as an HTTP status: 200 or 201, or why it failed; see swc_report_status(). */
    std::int32_t status() const noexcept { return swc_report_status(self()); }
    /** Tells what the server said about the whole, as "Invalid Tar File"; see swc_report_message(). */
    std::string_view message() const noexcept { return detail::view(swc_report_message(self())); }
    /** Counts what was deleted, objects and containers; see swc_report_deleted(). */
    std::uint64_t deleted() const noexcept { return swc_report_deleted(self()); }
    /** Counts what was to be deleted and was not there, which is no failure; see swc_report_not_found(). */
    std::uint64_t not_found() const noexcept { return swc_report_not_found(self()); }
    /** Counts the objects that an archive became; see swc_report_created(). */
    std::uint64_t created() const noexcept { return swc_report_created(self()); }
    /** Gives the paths that something went wrong with; see swc_report_error_at(). */
    sequence<error_at> errors() const { return {{self()}, swc_report_error_count(self())}; }
};

/** What a server told at the end of a call about many things: see swc_report. */
class report : public owner<swc_report>, public report_facts<report> {
  public:
    using owner::owner;
};

/** A report that belongs to an error or a result. */
class report_view : public view<const swc_report>, public report_facts<report_view> {
  public:
    using view::view;
};

/** One of the HTTP requests that a call made: see swc_response_attempt_at(). */
struct attempt {
    std::int32_t http_status = 0;
    std::string_view reason, transaction_id, message;
    std::chrono::milliseconds elapsed{}, pause{};
};

namespace detail {

template <class H, class F> struct attempt_at {
    const H *from = nullptr;
    F function = nullptr;
    attempt operator()(std::size_t index) const
    {
        const char *reason = nullptr, *id = nullptr, *message = nullptr;
        std::int64_t elapsed = 0, pause = 0;
        attempt a;
        function(from, index, &a.http_status, &reason, &id, &message, &elapsed, &pause);
        a.reason = view(reason);
        a.transaction_id = view(id);
        a.message = view(message);
        a.elapsed = std::chrono::milliseconds(elapsed);
        a.pause = std::chrono::milliseconds(pause);
        return a;
    }
};

template <class H, class F> sequence<attempt_at<H, F>> attempts(const H *from, F function, std::size_t size)
{
    return {{from, function}, size};
}

} // namespace detail

/** What error and error_view tell. */
template <class Self> class error_facts {
    const swc_error *self() const noexcept { return static_cast<const Self &>(*this).get(); }

  public:
    /** Tells the status of the failure; the same as the failed function returned; see swc_error_status(). */
    swc::status status() const noexcept { return static_cast<swc::status>(swc_error_status(self())); }
    /** Tells what happened in one line made for people, without secrets; see swc_error_message(). */
    std::string_view message() const noexcept { return detail::view(swc_error_message(self())); }
    /** Tells the HTTP status of the response that was a failure; see swc_error_http_status(). */
    std::int32_t http_status() const noexcept { return swc_error_http_status(self()); }
    /** Tells the reason phrase of that response, as "Not Found"; see swc_error_reason(). */
    std::string_view reason() const noexcept { return detail::view(swc_error_reason(self())); }
    /**
     * Tells the transaction id by which the operator of the server finds the request. See swc_error_transaction_id().
     */
    std::string_view transaction_id() const noexcept { return detail::view(swc_error_transaction_id(self())); }
    /** Tells the HTTP method of the failed request; see swc_error_method(). */
    std::string_view method() const noexcept { return detail::view(swc_error_method(self())); }
    /** Tells the URL of the failed request, without secrets; see swc_error_url(). */
    std::string_view url() const noexcept { return detail::view(swc_error_url(self())); }
    /** Finds a header of the response that was a failure; see swc_error_header(). */
    std::optional<std::string_view> header(const zstring &name) const noexcept
    {
        return detail::maybe(swc_error_header(self(), name.c()));
    }
    /** Finds a header in the answer to one of the requests of a call that failed; see swc_error_attempt_header(). */
    std::optional<std::string_view> attempt_header(std::size_t index, const zstring &name) const noexcept
    {
        return detail::maybe(swc_error_attempt_header(self(), index, name.c()));
    }
    /** Tells whether the same call may succeed later; see swc_error_retryable(). */
    bool retryable() const noexcept { return swc_error_retryable(self()); }
    /** Gives the headers of that response; see swc_error_header_at(). */
    auto headers() const { return detail::pairs(self(), swc_error_header_at, swc_error_header_count(self())); }
    /** Gives the body of that response, or its first 64 KiB; see swc_error_body(). */
    std::string_view body() const
    {
        std::size_t length = 0;
        const char *body = swc_error_body(self(), &length);
        return {body, length};
    }
    /** Gives the report of a call about many things; see swc_error_report(). */
    std::optional<report_view> report() const
    {
        const swc_report *report = swc_error_report(self());
        return report ? std::optional<report_view>(report) : std::nullopt;
    }
    /** Gives the HTTP requests the failed call made, retries included; see swc_error_attempt_at(). */
    auto attempts() const { return detail::attempts(self(), swc_error_attempt_at, swc_error_attempts(self())); }
};

/** The error of a result that did not work; it lives as long as the result. */
class error_view : public view<const swc_error>, public error_facts<error_view> {
  public:
    using view::view;
};

/**
 * What is known about a failure: a message for people, facts for programs. See swc_error.
 *
 * It is what members throw, as itself or as error_of its status, and what an expected holds. Copies share one
 * object of C, to which what they tell belongs; copying cannot fail.
 */
class error : public std::runtime_error, public error_facts<error> {
  public:
    /** Takes over an error of C; the status is what the call returned. */
    error(swc::status status, swc_error *failure)
        : error(status, std::shared_ptr<const swc_error>(failure, detail::deleter()))
    {
    }
    /** Shares an error of C with whoever keeps it alive. */
    error(swc::status status, std::shared_ptr<const swc_error> failure)
        : std::runtime_error(swc_error_message(failure.get())), error_(std::move(failure)), status_(status)
    {
    }
    /** A failure that C knows nothing of. */
    error(swc::status status, const std::string &message) : std::runtime_error(message), status_(status) {}

    /** The error of C, which stays this object's; NULL for a failure before C was called. */
    const swc_error *get() const noexcept { return error_.get(); }
    /** Tells the status of the failure. */
    swc::status status() const noexcept { return status_; }
    /** Tells what happened in one line made for people, without secrets; the same as what(). */
    std::string_view message() const noexcept { return what(); }

#if SWC_EXCEPTIONS
    /** What a callback threw that ended the call; NULL when it was not that. */
    std::exception_ptr cause() const noexcept { return cause_; }
    /** A failure for which there was a cause. */
    error(error failure, std::exception_ptr cause) noexcept : error(std::move(failure)) { cause_ = std::move(cause); }

    /** Throws it: the cause when there is one, else an error_of the status. */
    [[noreturn]] void raise() const;
#endif

  private:
    std::shared_ptr<const swc_error> error_;
    swc::status status_;
#if SWC_EXCEPTIONS
    std::exception_ptr cause_;
#endif
};

/** A failure that an HTTP status stands for: status::http and what is below it. */
class http_error : public error {
  public:
    explicit http_error(error failure) noexcept : error(std::move(failure)) {}
};

/** A failure of one status, to be caught by its name. */
template <status S>
class error_of : public std::conditional_t<(static_cast<std::int32_t>(S) <= SWC_ERR_HTTP), http_error, error> {
    using base = std::conditional_t<(static_cast<std::int32_t>(S) <= SWC_ERR_HTTP), http_error, error>;

  public:
    explicit error_of(swc::error failure) noexcept : base(std::move(failure)) {}
};

using invalid_argument_error = error_of<status::invalid_argument>;
using invalid_utf8_error = error_of<status::invalid_utf8>;
using state_error = error_of<status::state>;
using again_error = error_of<status::again>;
using unsupported_error = error_of<status::unsupported>;
using panic_error = error_of<status::panic>;
using cancelled_error = error_of<status::cancelled>;
using callback_error = error_of<status::callback>;
using io_error = error_of<status::io>;
using connect_error = error_of<status::connect>;
using tls_error = error_of<status::tls>;
using timeout_error = error_of<status::timeout>;
using protocol_error = error_of<status::protocol>;
using auth_error = error_of<status::auth>;
using checksum_error = error_of<status::checksum>;
using not_found_error = error_of<status::not_found>;
using unauthorized_error = error_of<status::unauthorized>;
using forbidden_error = error_of<status::forbidden>;
using conflict_error = error_of<status::conflict>;
using precondition_error = error_of<status::precondition>;
using not_modified_error = error_of<status::not_modified>;
using range_error = error_of<status::range>;
using too_large_error = error_of<status::too_large>;
using rate_limited_error = error_of<status::rate_limited>;
using server_error = error_of<status::server>;

#if SWC_EXCEPTIONS
namespace detail {

// Not as an operand of "?:", of which clang 14 makes an exception that is freed before it is caught.
template <status S> void raise_if(const error &failure)
{
    if (failure.status() == S)
        throw error_of<S>(failure);
}

template <status... S> [[noreturn]] void raise_one_of(const error &failure)
{
    (raise_if<S>(failure), ...);
    if (static_cast<std::int32_t>(failure.status()) <= SWC_ERR_HTTP)
        throw http_error(failure);
    throw failure;
}

} // namespace detail

inline void error::raise() const
{
    if (cause_)
        std::rethrow_exception(cause_);
    detail::raise_one_of<status::invalid_argument, status::invalid_utf8, status::state, status::again,
                         status::unsupported, status::panic, status::cancelled, status::callback, status::io,
                         status::connect, status::tls, status::timeout, status::protocol, status::auth,
                         status::checksum, status::not_found, status::unauthorized, status::forbidden,
                         status::conflict, status::precondition, status::not_modified, status::range,
                         status::too_large, status::rate_limited, status::server>(*this);
}
#endif

inline std::optional<error> zstring::fault() const
{
    if (!nul_)
        return std::nullopt;
    const auto offset = static_cast<std::size_t>(static_cast<const char *>(nul_) - text_);
    // Not the text itself, which may be a secret.
    return error(status::invalid_argument, "text of " + std::to_string(size_) + " bytes has a NUL at byte " +
                                               std::to_string(offset) + ", where C would cut it short: take it out");
}

inline std::optional<error> zstrings::fault() const
{
    for (const std::string &text : texts_)
        if (auto fault = zstring(text).fault())
            return fault;
    return std::nullopt;
}

inline std::optional<error> opt_size::fault() const
{
    if (!bad_)
        return std::nullopt;
    return error(status::invalid_argument,
                 "a size is negative or above 2^63-1; where it is not known, say std::nullopt");
}

/**
 * What a call gives, or why it failed: what members give with swc::nothrow. As std::expected of C++23.
 *
 * `if (auto response = connection.head_object<swc::nothrow>("a", "b"))` is true when there is a value, then `*` and
 * `->` lead to it; else error() tells why.
 */
template <class T> class [[nodiscard]] expected {
  public:
    using value_type = T;

    expected(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    expected(swc::error failure) : state_(std::in_place_index<1>, std::move(failure)) {}

    bool has_value() const noexcept { return state_.index() == 0; }
    explicit operator bool() const noexcept { return has_value(); }

    /** The value, which must be there. */
    T &operator*() & noexcept { return *std::get_if<0>(&state_); }
    const T &operator*() const & noexcept { return *std::get_if<0>(&state_); }
    T &&operator*() && noexcept { return std::move(*std::get_if<0>(&state_)); }
    T *operator->() noexcept { return std::get_if<0>(&state_); }
    const T *operator->() const noexcept { return std::get_if<0>(&state_); }

    /** The value; where there is none it throws the error, or ends the program where there are no exceptions. */
    T &value() & { return check(), **this; }
    const T &value() const & { return check(), **this; }
    T &&value() && { return check(), *std::move(*this); }
    /** The value, or another one. */
    template <class U> T value_or(U &&other) &&
    {
        return has_value() ? *std::move(*this) : static_cast<T>(std::forward<U>(other));
    }

    /** Why it failed, which it must have. */
    const swc::error &error() const & noexcept { return *std::get_if<1>(&state_); }
    swc::error &&error() && noexcept { return std::move(*std::get_if<1>(&state_)); }

  private:
    void check() const
    {
        if (!has_value())
#if SWC_EXCEPTIONS
            error().raise();
#else
            std::abort();
#endif
    }

    std::variant<T, swc::error> state_;
};

/** Whether a call went well, or why it failed. */
template <> class [[nodiscard]] expected<void> {
  public:
    using value_type = void;

    expected() noexcept = default;
    expected(swc::error failure) : error_(std::move(failure)) {}

    bool has_value() const noexcept { return !error_; }
    explicit operator bool() const noexcept { return has_value(); }

    /** Does nothing, but where the call failed as that of an expected with a value. */
    void value() const
    {
        if (error_)
#if SWC_EXCEPTIONS
            error_->raise();
#else
            std::abort();
#endif
    }

    /** Why it failed, which it must have. */
    const swc::error &error() const & noexcept { return *error_; }
    swc::error &&error() && noexcept { return std::move(*error_); }

  private:
    std::optional<swc::error> error_;
};

/** The form of a call that gives an expected: `connection.get_object<swc::nothrow>("a", "b")`. */
struct nothrow {
    template <class T> using answer = expected<T>;
    template <class Self> using chain = expected<void>;

    template <class T> static expected<T> give(expected<T> &&outcome) { return std::move(outcome); }
    template <class Self, class T> static expected<void> go_on(Self &, expected<T> &&outcome)
    {
        return outcome ? expected<void>() : expected<void>(std::move(outcome).error());
    }
};

#if SWC_EXCEPTIONS
/** The form of a call that throws, which is the one without a template argument. */
struct throws {
    template <class T> using answer = T;
    template <class Self> using chain = Self &;

    template <class T> static T give(expected<T> &&outcome) { return std::move(outcome).value(); }
    template <class Self, class T> static Self &go_on(Self &self, expected<T> &&outcome)
    {
        return outcome.value(), self;
    }
};
using mode = throws;
#else
using mode = nothrow;
#endif

/** What a member gives: a T, or an expected<T>. */
template <class M, class T> using answer = typename M::template answer<T>;
/** What a member gives that changes its object: the object, so that calls can be chained, or an expected<void>. */
template <class M, class Self> using chain = typename M::template chain<Self>;

namespace detail {

/** The call that a thread is in, so that what its callbacks throw finds the way out of it. */
class calling {
  public:
    calling() noexcept : outer_(current()) { current() = this; }
    ~calling() { current() = outer_; }
    calling(const calling &) = delete;
    calling &operator=(const calling &) = delete;

    static calling *&current() noexcept
    {
        thread_local calling *now = nullptr;
        return now;
    }

#if SWC_EXCEPTIONS
    std::exception_ptr thrown;
#endif

  private:
    calling *outer_;
};

/** What a callback threw, where no call may be there that it could come out of. */
class thrown {
  public:
#if SWC_EXCEPTIONS
    void set(std::exception_ptr exception)
    {
        std::lock_guard<std::mutex> lock(mutex_);
        exception_ = std::move(exception);
    }
    std::exception_ptr get() const
    {
        std::lock_guard<std::mutex> lock(mutex_);
        return exception_;
    }

  private:
    mutable std::mutex mutex_;
    std::exception_ptr exception_;
#endif
};

/** Runs a callback; what it throws is kept, and C is told that it failed, by what `failed` then is. */
template <class R, class F> R guarded(const R &failed, thrown *keep, F &&callback) noexcept
{
#if SWC_EXCEPTIONS
    calling *call = calling::current();
    try {
        R answer = callback();
        // What was thrown before was made good.
        if (call)
            call->thrown = nullptr;
        return answer;
    } catch (...) {
        if (call)
            call->thrown = std::current_exception();
        if (keep)
            keep->set(std::current_exception());
        return failed;
    }
#else
    (void)failed, (void)keep;
    return callback();
#endif
}

template <class T, class = void> struct is_argument : std::false_type {};
template <class T> struct is_argument<T, std::void_t<decltype(std::declval<const T &>().c())>> : std::true_type {};
template <class T, class = void> struct may_be_wrong : std::false_type {};
template <class T> struct may_be_wrong<T, std::void_t<decltype(std::declval<const T &>().fault())>> : std::true_type {};

/** An argument as C takes it. */
template <class T> auto pass(const T &argument) noexcept
{
    if constexpr (is_argument<T>::value)
        return argument.c();
    else if constexpr (std::is_enum_v<T>)
        return static_cast<std::underlying_type_t<T>>(argument);
    else
        return argument;
}

template <class T> bool wrong(std::optional<error> &fault, const T &argument)
{
    if constexpr (may_be_wrong<T>::value)
        fault = argument.fault();
    (void)argument;
    return fault.has_value();
}

/** Calls a function of C that can fail, whose last parameter takes the error. */
template <class F, class... A> expected<status> call(F function, const A &...arguments)
{
    std::optional<error> fault;
    if ((wrong(fault, arguments) || ...))
        return *std::move(fault);
    swc_error *failure = nullptr;
    calling here;
    const auto outcome = static_cast<status>(function(pass(arguments)..., &failure));
    if (static_cast<std::int32_t>(outcome) >= 0)
        return outcome;
#if SWC_EXCEPTIONS
    return error(error(outcome, failure), std::move(here.thrown));
#else
    return error(outcome, failure);
#endif
}

/** The same for one that gives nothing. */
template <class M, class F, class... A> answer<M, void> run(F function, const A &...arguments)
{
    auto outcome = call(function, arguments...);
    return M::give(outcome ? expected<void>() : expected<void>(std::move(outcome).error()));
}

/** The same for one that changes its object. */
template <class M, class Self, class F, class... A> chain<M, Self> set(Self &self, F function, const A &...arguments)
{
    return M::go_on(self, call(function, self.get(), arguments...));
}

/** The same for one that gives a T by the parameter before the last. */
template <class T, class Out, class F, class... A> expected<T> output(F function, const A &...arguments)
{
    Out out{};
    auto outcome = call(function, arguments..., &out);
    if (!outcome)
        return std::move(outcome).error();
    return T(out);
}

/** The same for one that gives a handle. */
template <class M, class T, class F, class... A> answer<M, T> make(F function, const A &...arguments)
{
    return M::give(output<T, typename T::handle *>(function, arguments...));
}

/** The same for one that gives a number. */
template <class M, class T, class F, class... A> answer<M, T> number(F function, const A &...arguments)
{
    return M::give(output<T, T>(function, arguments...));
}

/** The same for one that gives text to be freed, or none. */
template <class M, class F, class... A>
answer<M, std::optional<std::string>> maybe_text(F function, const A &...arguments)
{
    char *text = nullptr;
    auto outcome = call(function, arguments..., &text);
    const unique<char> owned(text);
    if (!outcome)
        return M::give(expected<std::optional<std::string>>(std::move(outcome).error()));
    return M::give(expected<std::optional<std::string>>(text ? std::optional<std::string>(text) : std::nullopt));
}

/** The same for one that gives text to be freed. */
template <class M, class F, class... A> answer<M, std::string> text(F function, const A &...arguments)
{
    auto outcome = maybe_text<nothrow>(function, arguments...);
    if (!outcome)
        return M::give(expected<std::string>(std::move(outcome).error()));
    return M::give(expected<std::string>(std::move(*outcome).value_or(std::string())));
}

/** A handle that must be there, where NULL would mean something else to C. */
template <class C> class given {
  public:
    explicit given(const C *handle) noexcept : handle_(handle) {}
    const C *c() const noexcept { return handle_; }
    std::optional<error> fault() const
    {
        if (handle_)
            return std::nullopt;
        return error(status::invalid_argument, "the object given was moved from and holds nothing");
    }

  private:
    const C *handle_;
};

/** Something for C to keep, which calls free_held() when it needs it no longer; it is C's when C is called. */
template <class T> class held {
  public:
    explicit held(T &&value) : value_(new T(std::move(value))) {}
    T &operator*() const noexcept { return *value_; }
    void *c() const noexcept { return value_.release(); }

  private:
    mutable std::unique_ptr<T> value_;
};

template <class T> void free_held(void *held) noexcept { delete static_cast<T *>(held); }

/** A callback that may return nothing, which means to go on. */
template <class F, class... A> bool yes_or_void(F &function, A &&...arguments)
{
    if constexpr (std::is_void_v<std::invoke_result_t<F &, A...>>)
        return function(std::forward<A>(arguments)...), true;
    else
        return static_cast<bool>(function(std::forward<A>(arguments)...));
}

} // namespace detail

/** What session and session_view do. */
template <class Self> class session_calls {
    swc_session *self() const noexcept { return static_cast<const Self &>(*this).get(); }
    Self &here() noexcept { return static_cast<Self &>(*this); }

  public:
    /** Tells the storage URL of a session; see swc_session_storage_url(). */
    std::optional<std::string_view> storage_url() const noexcept
    {
        return detail::maybe(swc_session_storage_url(self()));
    }
    /** Tells the token of a session; see swc_session_token(). */
    std::optional<std::string_view> token() const noexcept { return detail::maybe(swc_session_token(self())); }
    /**
     * Tells the token of a service that acts for the user, sent in X-Service-Token. See swc_session_service_token().
     */
    std::optional<std::string_view> service_token() const noexcept
    {
        return detail::maybe(swc_session_service_token(self()));
    }
    /** Tells when the first of the tokens of a session expires; see swc_session_expires(). */
    std::optional<time_point> expires() const noexcept { return detail::seconds_at(swc_session_expires(self())); }
    /** Sets the storage URL of a session; see swc_session_set_storage_url(). */
    template <class M = mode> chain<M, Self> set_storage_url(const zstring &url)
    {
        return M::go_on(here(), detail::call(swc_session_set_storage_url, self(), url));
    }
    /** Sets the token of a session; see swc_session_set_token(). */
    template <class M = mode> chain<M, Self> set_token(const zstring &token)
    {
        return M::go_on(here(), detail::call(swc_session_set_token, self(), token));
    }
    /** Sets the token of a service that acts for the user; see swc_session_set_service_token(). */
    template <class M = mode> chain<M, Self> set_service_token(const opt_zstring &token)
    {
        return M::go_on(here(), detail::call(swc_session_set_service_token, self(), token));
    }
    /**
     * Sets when the tokens of a session expire, so that they are renewed ahead of it and not when they are refused.
     * See swc_session_set_expires().
     */
    template <class M = mode> chain<M, Self> set_expires(opt_time expires)
    {
        return M::go_on(here(), detail::call(swc_session_set_expires, self(), expires));
    }
    /**
     * Says why an authentication callback fails; it goes into the message of the error of the call. See
     * swc_session_set_failure().
     */
    template <class M = mode> chain<M, Self> set_failure(const zstring &message)
    {
        return M::go_on(here(), detail::call(swc_session_set_failure, self(), message));
    }
};

/** A storage URL with the token that opens it: see swc_session. */
class session : public owner<swc_session>, public session_calls<session> {
  public:
    using owner::owner;
};

/** The session that an authentication callback fills; it lives until that returns. */
class session_view : public view<swc_session>, public session_calls<session_view> {
  public:
    using view::view;
};

/**
 * A row of the options of a job or a config: key and value, or key, name and value for "header" and "meta".
 */
struct option {
    std::string_view key, value;
    std::optional<std::string_view> second = std::nullopt;
};

/** Settings by name: see swc_config. */
class config : public owner<swc_config> {
  public:
    using owner::get;
    using owner::owner;

    /** Makes a config in which every key has its default; see swc_config_new(). */
    config() : owner(swc_config_new()) {}
#if SWC_EXCEPTIONS
    /** Makes a config with these settings: `{{"auth", url}, {"user", "a:b"}, {"header", "X-Trace", "1"}}`. */
    config(std::initializer_list<option> options) : config(make<throws>(options)) {}
#endif
    /** The same. */
    template <class M = mode> static answer<M, config> make(std::initializer_list<option> options)
    {
        config made;
        for (const option &row : options)
            if (auto outcome = made.put(row); !outcome)
                return M::give(expected<config>(std::move(outcome).error()));
        return M::give(expected<config>(std::move(made)));
    }
    /** Makes a config of the environment variables ST_* and OS_*; see swc_config_load_env(). */
    template <class M = mode> static answer<M, config> from_env()
    {
        config made;
        auto outcome = made.load_env<nothrow>();
        return M::give(outcome ? expected<config>(std::move(made)) : expected<config>(std::move(outcome).error()));
    }
    /** Makes a config of a cloud of clouds.yaml; see swc_config_load_cloud(). */
    template <class M = mode>
    static answer<M, config> from_cloud(const opt_zstring &name = {}, const opt_zstring &file = {})
    {
        config made;
        auto outcome = made.load_cloud<nothrow>(name, file);
        return M::give(outcome ? expected<config>(std::move(made)) : expected<config>(std::move(outcome).error()));
    }
    /** Makes a copy; see swc_config_clone(). */
    config clone() const { return config(swc_config_clone(get())); }

    /** Sets a key; std::nullopt goes back to the default. See swc_config_set(). */
    template <class M = mode> chain<M, config> set(const zstring &key, const opt_zstring &value)
    {
        return detail::set<M>(*this, swc_config_set, key, value);
    }
    /** Adds a line to a key that holds several: "header" or "meta". See swc_config_add(). */
    template <class M = mode> chain<M, config> add(const zstring &key, const zstring &name, const zstring &value)
    {
        return detail::set<M>(*this, swc_config_add, key, name, value);
    }
    /** Gets the value of a key, which lives until the config is changed; see swc_config_get(). */
    template <class M = mode> answer<M, std::string_view> get(const zstring &key) const
    {
        auto value = detail::output<const char *, const char *>(swc_config_get, get(), key);
        return M::give(value ? expected<std::string_view>(detail::view(*value))
                             : expected<std::string_view>(std::move(value).error()));
    }
    /** Sets keys from the environment variables ST_* and OS_*; see swc_config_load_env(). */
    template <class M = mode> chain<M, config> load_env() { return detail::set<M>(*this, swc_config_load_env); }
    /** Sets keys from a cloud of clouds.yaml; see swc_config_load_cloud(). */
    template <class M = mode> chain<M, config> load_cloud(const opt_zstring &name = {}, const opt_zstring &file = {})
    {
        return detail::set<M>(*this, swc_config_load_cloud, name, file);
    }

    /**
     * Sets a callback that logs in, in the place of the library; see swc_config_set_auth_callback().
     *
     * It is called as `callback(swc::auth_reason, swc::session_view)`, and puts storage URL and token into the
     * session. It returns nothing, or a swc::status. When it throws, the call ends with that: an error whose status
     * may pass (status::connect, say) is tried again as "retries" says, everything else is status::callback, and
     * what it says of itself goes into the message.
     */
    template <class M = mode, class F> chain<M, config> set_auth_callback(F callback)
    {
        if constexpr (std::is_null_pointer_v<F>) {
            return detail::set<M>(*this, swc_config_set_auth_callback, nullptr, nullptr, nullptr);
        } else {
            return detail::set<M>(*this, swc_config_set_auth_callback, &asked<F>, &detail::free_held<F>,
                                  detail::held<F>(std::move(callback)));
        }
    }

    /** A key that a config knows. All of it is static text. */
    struct key_info {
        std::string_view name, default_value, doc;
    };

  private:
    struct key_at {
        key_info operator()(std::size_t index) const
        {
            return {detail::view(swc_config_key_name(index)), detail::view(swc_config_key_default(index)),
                    detail::view(swc_config_key_doc(index))};
        }
    };

    expected<void> put(const option &row)
    {
        return row.second ? add<nothrow>(row.key, row.value, *row.second) : set<nothrow>(row.key, row.value);
    }

    template <class F> static std::int32_t asked(void *held, std::int32_t reason, swc_session *handle) noexcept
    {
        auto &callback = *static_cast<F *>(held);
        const session_view session(handle);
        const auto why = static_cast<auth_reason>(reason);
        // What is thrown says more than that it was: why, and maybe that it will pass.
        auto outcome = static_cast<std::int32_t>(SWC_ERR_CALLBACK);
        return detail::guarded(outcome, nullptr, [&] {
#if SWC_EXCEPTIONS
            try {
                return log_in(callback, why, session);
            } catch (const error &failure) {
                outcome = say(session, failure, failure.status());
                throw;
            } catch (const std::exception &failure) {
                outcome = say(session, failure, status::callback);
                throw;
            }
#else
            return log_in(callback, why, session);
#endif
        });
    }

    template <class F> static std::int32_t log_in(F &callback, auth_reason reason, session_view session)
    {
        if constexpr (std::is_void_v<std::invoke_result_t<F &, auth_reason, session_view>>)
            return callback(reason, session), SWC_OK;
        else
            return static_cast<std::int32_t>(static_cast<status>(callback(reason, session)));
    }

#if SWC_EXCEPTIONS
    static std::int32_t say(session_view session, const std::exception &failure, status status)
    {
        (void)session.set_failure<nothrow>(failure.what());
        return static_cast<std::int32_t>(status);
    }
#endif

  public:
    /** Gives all keys with their defaults and what they are for; see swc_config_key_name(). */
    static sequence<key_at> keys() { return {{}, swc_config_key_count()}; }
};

/** A config, options as `{{"prefix", "a/"}, {"meta", "Color", "red"}}`, or `{}` for none: for parameters. */
class options_arg {
  public:
    options_arg() noexcept = default;
    options_arg(const config &options) noexcept : options_(options.get()), moved_from_(!options) {}
    options_arg(std::initializer_list<option> options) : options_arg(config::make<nothrow>(options)) {}
    options_arg(const options_arg &) = delete;
    options_arg &operator=(const options_arg &) = delete;

    const swc_config *c() const noexcept { return options_; }
    std::optional<error> fault() const { return moved_from_ ? detail::given<swc_config>(nullptr).fault() : fault_; }

  private:
    explicit options_arg(expected<config> made)
    {
        if (!made) {
            fault_ = std::move(made).error();
            return;
        }
        own_ = *std::move(made);
        options_ = own_.get();
    }

    // Not a config that was moved from, which is none of the caller's.
    config own_{static_cast<swc_config *>(nullptr)};
    const swc_config *options_ = nullptr;
    bool moved_from_ = false;
    std::optional<error> fault_;
};

/** A token that ends the calls it was given to, from any thread: see swc_cancel. */
class cancel_token : public owner<swc_cancel> {
  public:
    using owner::owner;
    /** Makes a token that nobody has cancelled yet; see swc_cancel_new(). */
    cancel_token() : owner(swc_cancel_new()) {}
    /** Ends all calls that have the token, those in progress and those to come; see swc_cancel_cancel(). */
    void cancel() const noexcept { swc_cancel_cancel(get()); }
    /** Tells whether that was done; see swc_cancel_is_cancelled(). */
    bool is_cancelled() const noexcept { return swc_cancel_is_cancelled(get()); }
};

/** Who besides its owners may use an account, and how: see swc_account_acl. */
class account_acl : public owner<swc_account_acl> {
    struct user_at {
        const swc_account_acl *from = nullptr;
        std::int32_t access = 0;
        std::string_view operator()(std::size_t index) const
        {
            return detail::view(swc_account_acl_at(from, access, index));
        }
    };

  public:
    using owner::owner;
    /** Makes an access list that lets nobody in; see swc_account_acl_new(). */
    account_acl() : owner(swc_account_acl_new()) {}
    /** Gives a user an access; see swc_account_acl_add(). */
    template <class M = mode> chain<M, account_acl> add(account_access access, const zstring &user)
    {
        return detail::set<M>(*this, swc_account_acl_add, access, user);
    }
    /** Takes an access from a user; see swc_account_acl_remove(). */
    template <class M = mode> chain<M, account_acl> remove(account_access access, const zstring &user)
    {
        return detail::set<M>(*this, swc_account_acl_remove, access, user);
    }
    /** Gives the users that have an access, until the list is changed; see swc_account_acl_at(). */
    sequence<user_at> users(account_access access) const
    {
        const auto number = static_cast<std::int32_t>(access);
        return {{get(), number}, swc_account_acl_count(get(), number)};
    }
};

/** What a cluster says it offers: see swc_capabilities. */
class capabilities : public owner<swc_capabilities> {
    // The path stays in the caller's hands only for as long as the call: so it is kept.
    struct item_at {
        const swc_capabilities *from = nullptr;
        std::string path;
        std::string_view operator()(std::size_t index) const
        {
            return detail::view(swc_capabilities_item_at(from, path.c_str(), index));
        }
    };

  public:
    /** A storage policy of a cluster; its text lives as long as the capabilities. */
    struct policy {
        std::string_view name, aliases;
        bool is_default = false, is_deprecated = false;
    };

  private:
    struct policy_at {
        const swc_capabilities *from = nullptr;
        policy operator()(std::size_t index) const
        {
            const char *name = nullptr, *aliases = nullptr;
            swc_capabilities_policy_at(from, index, &name, &aliases);
            return {detail::view(name), detail::view(aliases), swc_capabilities_policy_is_default(from, index),
                    swc_capabilities_policy_is_deprecated(from, index)};
        }
    };

    const swc_capabilities *self() const noexcept { return get(); }

  public:
    using owner::owner;
    /** Gives all of it as JSON, as the server sent it; see swc_capabilities_json(). */
    std::string_view json() const noexcept { return detail::view(swc_capabilities_json(self())); }
    /**
     * Tells whether the cluster has something: a middleware, as "slo", or a setting of one, as
     * "slo.allow_async_delete". See swc_capabilities_has().
     */
    bool has(const zstring &path) const noexcept { return swc_capabilities_has(self(), path.c()); }
    /** Gives a number, as "slo.max_manifest_segments"; see swc_capabilities_integer(). */
    std::optional<std::uint64_t> integer(const zstring &path) const noexcept
    {
        return detail::known(swc_capabilities_integer(self(), path.c()));
    }
    /** Gives a truth value, as "swift.account_autocreate"; see swc_capabilities_boolean(). */
    bool boolean(const zstring &path) const noexcept { return swc_capabilities_boolean(self(), path.c()); }
    /** Gives a text, as "swift.version"; see swc_capabilities_text(). */
    std::optional<std::string_view> text(const zstring &path) const noexcept
    {
        return detail::maybe(swc_capabilities_text(self(), path.c()));
    }
    /**
     * Gives a limit of Swift itself: as the server tells it, or the one Swift has unless configured otherwise. See
     * swc_capabilities_limit().
     */
    std::optional<std::uint64_t> limit(const zstring &name) const noexcept
    {
        return detail::known(swc_capabilities_limit(self(), name.c()));
    }
    /** Gives the items of a list, as "tempurl.methods"; see swc_capabilities_item_at(). */
    sequence<item_at> items(std::string path) const
    {
        const std::size_t size = swc_capabilities_item_count(get(), zstring(path).c());
        return {{get(), std::move(path)}, size};
    }
    /** Gives the storage policies; see swc_capabilities_policy_at(). */
    sequence<policy_at> policies() const { return {{get()}, swc_capabilities_policy_count(get())}; }
};

/** Where an object, a container or an account lies: see swc_endpoints. */
class endpoints : public owner<swc_endpoints> {
    struct url_at {
        const swc_endpoints *from = nullptr;
        std::string_view operator()(std::size_t index) const
        {
            return detail::view(swc_endpoints_url_at(from, index));
        }
    };

  public:
    using owner::owner;
    /** Gives the URLs, one for each replica; see swc_endpoints_url_at(). */
    sequence<url_at> urls() const { return {{get()}, swc_endpoints_count(get())}; }
    /** Gives the headers that a request to one of the URLs needs; see swc_endpoints_header_at(). */
    auto headers() const { return detail::pairs(get(), swc_endpoints_header_at, swc_endpoints_header_count(get())); }
};

/**
 * A body to send: see swc_source. It may be used, by several calls and jobs, until it is destroyed, and destroyed
 * while jobs still need it.
 */
class source : public owner<swc_source> {
  public:
    using owner::owner;

    /**
     * Makes a body of bytes that stay where they are: see swc_source_new_memory().
     *
     * They are lent: they must stay until the source is destroyed and the jobs it was given to are done.
     */
    template <class M = mode> static answer<M, source> borrow(std::string_view bytes)
    {
        return borrow<M>(bytes.data(), bytes.size());
    }
    template <class M = mode> static answer<M, source> borrow(const void *data, std::size_t size)
    {
        return detail::make<M, source>(swc_source_new_memory, data, size, nullptr, nullptr);
    }
    /**
     * Makes a body of bytes that the source keeps: see swc_source_new_memory().
     *
     * What holds them is moved in (copied when it is no temporary), and destroyed when neither the source nor a job
     * needs it: a std::string, a std::vector, or whatever has `data()` and `size()`; or a std::shared_ptr or
     * std::unique_ptr to such.
     */
    template <class M = mode, class Bytes> static answer<M, source> own(Bytes &&bytes)
    {
        using kept = std::decay_t<Bytes>;
        static_assert(!has_bytes<kept>::value || !std::is_trivially_copyable_v<kept> || is_array<kept>::value,
                      "a view keeps no bytes: copy them into a std::string or std::vector");
        const detail::held<kept> keep(kept(std::forward<Bytes>(bytes)));
        const void *data = nullptr;
        std::size_t size = 0;
        if constexpr (has_bytes<kept>::value) {
            data = (*keep).data();
            size = (*keep).size() * sizeof *(*keep).data();
        } else if (*keep) {
            data = (*keep)->data();
            size = (*keep)->size() * sizeof *(*keep)->data();
        }
        return detail::make<M, source>(swc_source_new_memory, data, size, &detail::free_held<kept>, keep);
    }
    /** Makes a body of a whole file; see swc_source_new_file(). */
    template <class M = mode> static answer<M, source> file(const zstring &path)
    {
        return detail::make<M, source>(swc_source_new_file, path);
    }
    /** Makes a body of part of a file; see swc_source_new_file_range(). */
    template <class M = mode>
    static answer<M, source> file_range(const zstring &path, std::uint64_t offset, std::uint64_t length)
    {
        return detail::make<M, source>(swc_source_new_file_range, path, offset, length);
    }
    /** Makes a body of what a descriptor gives, which is duplicated; see swc_source_new_fd(). */
    template <class M = mode> static answer<M, source> fd(std::int32_t fd, opt_size length = {})
    {
        return detail::make<M, source>(swc_source_new_fd, fd, length);
    }
    /**
     * Makes a body of what a callback gives: see swc_source_new_callbacks().
     *
     * `read(char *buffer, std::size_t size)` puts between 1 and `size` bytes into the buffer and returns their
     * number, 0 at the end; it fails by throwing, or by a negative number. `rewind()` goes back to the first byte,
     * which retries need; it returns whether that worked, or nothing. nullptr for what cannot be rewound. Calls run
     * them on their own thread, jobs on threads of the service, one at a time.
     */
    template <class M = mode, class Read, class Rewind = std::nullptr_t>
    static answer<M, source> callbacks(Read read, Rewind rewind = nullptr, opt_size length = {})
    {
        using kept = reading<Read, Rewind>;
        auto thrown = std::make_shared<detail::thrown>();
        const detail::held<kept> keep(kept{std::move(read), std::move(rewind), thrown});
        const swc_rewind_callback rewind_cb = std::is_null_pointer_v<Rewind> ? nullptr : &kept::go_back;
        auto made = detail::make<nothrow, source>(swc_source_new_callbacks, &kept::give, rewind_cb,
                                                  &detail::free_held<kept>, keep, length);
        if (made)
            made->thrown_ = std::move(thrown);
        return M::give(std::move(made));
    }
    /**
     * Makes a body of what a stream gives from where it stands.
     *
     * The stream is lent, as memory is in borrow(), and not for other use meanwhile. One that tells its position is
     * rewound to it for retries. What breaks the stream (its badbit) ends the call with status::callback.
     */
    template <class M = mode> static answer<M, source> stream(std::istream &stream, opt_size length = {})
    {
        return of_stream<M>(&stream, length);
    }
    /** The same of a stream that the source keeps, such as a std::ifstream. */
    template <class M = mode>
    static answer<M, source> stream(std::unique_ptr<std::istream> stream, opt_size length = {})
    {
        return of_stream<M>(std::move(stream), length);
    }

    /** Tells the number of bytes a source will give, if that is known; see swc_source_size(). */
    template <class M = mode> answer<M, std::optional<std::uint64_t>> size() const
    {
        auto size = detail::output<std::int64_t, std::int64_t>(swc_source_size, get());
        return M::give(size ? expected<std::optional<std::uint64_t>>(detail::known(*size))
                            : expected<std::optional<std::uint64_t>>(std::move(size).error()));
    }

#if SWC_EXCEPTIONS
    /** What a callback or stream of the source threw last, also in a job; NULL when nothing. Any thread. */
    std::exception_ptr thrown() const { return thrown_ ? thrown_->get() : nullptr; }
#endif

  private:
    template <class T, class = void> struct has_bytes : std::false_type {};
    template <class T> struct has_bytes<T, std::void_t<decltype(std::declval<const T &>().data())>> : std::true_type {};

    // Of what is trivially copied, a std::array holds its bytes; others refer to them.
    template <class T, class = void> struct is_array : std::false_type {};
    template <class T> struct is_array<T, std::void_t<decltype(std::tuple_size<T>::value)>> : std::true_type {};

    template <class Read, class Rewind> struct reading {
        Read read;
        Rewind rewind;
        std::shared_ptr<detail::thrown> thrown;

        static std::int64_t give(void *held, void *buffer, std::size_t size) noexcept
        {
            auto &self = *static_cast<reading *>(held);
            return detail::guarded<std::int64_t>(-1, self.thrown.get(), [&] {
                return static_cast<std::int64_t>(self.read(static_cast<char *>(buffer), size));
            });
        }
        static bool go_back(void *held) noexcept
        {
            auto &self = *static_cast<reading *>(held);
            return detail::guarded(false, self.thrown.get(), [&] {
                if constexpr (std::is_null_pointer_v<Rewind>)
                    return false;
                else
                    return detail::yes_or_void(self.rewind);
            });
        }
    };

    // A pointer of either kind to a stream.
    template <class M, class Stream> static answer<M, source> of_stream(Stream stream, opt_size length)
    {
        auto shared = std::make_shared<Stream>(std::move(stream));
        const std::istream::pos_type start = (*shared)->tellg();
        (*shared)->clear((*shared)->rdstate() & ~std::ios_base::failbit);
        auto read = [shared](char *buffer, std::size_t size) -> std::int64_t {
            std::istream &in = **shared;
            const auto most = static_cast<std::size_t>(std::numeric_limits<std::streamsize>::max());
            in.read(buffer, static_cast<std::streamsize>(size < most ? size : most));
            return in.bad() ? -1 : static_cast<std::int64_t>(in.gcount());
        };
        if (start == std::istream::pos_type(std::istream::off_type(-1)))
            return callbacks<M>(std::move(read), nullptr, length);
        return callbacks<M>(
            std::move(read),
            [shared, start] {
                (*shared)->clear();
                (*shared)->seekg(start);
                return !(*shared)->fail();
            },
            length);
    }

    std::shared_ptr<detail::thrown> thrown_;
};

/** A body for a call, which is over when it returns: a source, bytes that are lent to it, or nullptr for none. */
class source_arg {
  public:
    source_arg() noexcept = default;
    source_arg(std::nullptr_t) noexcept {}
    source_arg(const source &source) noexcept : source_(source.get()), moved_from_(!source) {}
    template <class S, std::enable_if_t<std::is_convertible_v<const S &, std::string_view>, int> = 0>
    source_arg(const S &bytes) : source_arg(source::borrow<nothrow>(std::string_view(bytes)))
    {
    }
    source_arg(const source_arg &) = delete;
    source_arg &operator=(const source_arg &) = delete;

    const swc_source *c() const noexcept { return source_; }
    std::optional<error> fault() const
    {
        return moved_from_ ? detail::given<swc_source>(nullptr).fault() : fault_;
    }

  private:
    explicit source_arg(expected<source> made)
    {
        if (!made) {
            fault_ = std::move(made).error();
            return;
        }
        own_ = *std::move(made);
        source_ = own_.get();
    }

    source own_;
    const swc_source *source_ = nullptr;
    bool moved_from_ = false;
    std::optional<error> fault_;
};

/** Headers for one call, in place of a request: `swc::headers{{"X-Object-Meta-Color", "red"}}`. */
struct headers {
    headers(std::initializer_list<std::pair<std::string, std::string>> list) : rows(list) {}
    std::vector<std::pair<std::string, std::string>> rows;
};

/** Parameters of the query for one call, in place of a request: `swc::query{{"prefix", "a/"}, {"limit", "10"}}`. */
struct query {
    query(std::initializer_list<std::pair<std::string, std::string>> list) : rows(list) {}
    std::vector<std::pair<std::string, std::string>> rows;
};

/**
 * Extras for calls: headers, query, range, conditions, deadline, cancel token, progress. See swc_request.
 *
 * What sets them can be chained: `request().set_range(0, 100).set_timeout(5s)`.
 */
class request : public owner<swc_request> {
  public:
    using owner::owner;
    /** Makes a request without extras; see swc_request_new(). */
    request() : owner(swc_request_new()) {}

    /** Sets a header, in place of any of that name, whatever its case; see swc_request_set_header(). */
    template <class M = mode> chain<M, request> set_header(const zstring &name, const opt_zstring &value)
    {
        return detail::set<M>(*this, swc_request_set_header, name, value);
    }
    /**
     * Adds a header besides those of the same name; the same ones are refused as by swc_request_set_header(). See
     * swc_request_add_header().
     */
    template <class M = mode> chain<M, request> add_header(const zstring &name, const zstring &value)
    {
        return detail::set<M>(*this, swc_request_add_header, name, value);
    }
    /**
     * Sets the media type of what is sent, as "text/plain"; without it the server guesses from the name. See
     * swc_request_set_content_type().
     */
    template <class M = mode> chain<M, request> set_content_type(const opt_zstring &content_type)
    {
        return detail::set<M>(*this, swc_request_set_content_type, content_type);
    }
    /** Sets metadata of an object: the header X-Object-Meta-NAME; see swc_request_set_object_metadata(). */
    template <class M = mode> chain<M, request> set_object_metadata(const zstring &name, const zstring &value)
    {
        return detail::set<M>(*this, swc_request_set_object_metadata, name, value);
    }
    /**
     * Sets a parameter of the query, in place of any of that name: "prefix", "delimiter", "limit", "marker" and so on.
     * See swc_request_set_query().
     */
    template <class M = mode> chain<M, request> set_query(const zstring &name, const opt_zstring &value)
    {
        return detail::set<M>(*this, swc_request_set_query, name, value);
    }
    /** Takes a parameter of the query away again; one that is not there is fine; see swc_request_remove_query(). */
    template <class M = mode> chain<M, request> remove_query(const zstring &name)
    {
        return detail::set<M>(*this, swc_request_remove_query, name);
    }
    /**
     * Asks for part of an object. `UINT64_MAX` for `length` means up to the end. `UINT64_MAX` for `offset` means the
     * last `length` bytes. See swc_request_set_range().
     */
    template <class M = mode> chain<M, request> set_range(std::uint64_t offset, std::uint64_t length = to_end)
    {
        return detail::set<M>(*this, swc_request_set_range, offset, length);
    }
    /**
     * Makes a read succeed only for an object with this ETag, else fail with SWC_ERR_PRECONDITION. See
     * swc_request_set_if_match().
     */
    template <class M = mode> chain<M, request> set_if_match(const opt_zstring &etag)
    {
        return detail::set<M>(*this, swc_request_set_if_match, etag);
    }
    /** Makes the call fail for an object with this ETag; see swc_request_set_if_none_match(). */
    template <class M = mode> chain<M, request> set_if_none_match(const opt_zstring &etag)
    {
        return detail::set<M>(*this, swc_request_set_if_none_match, etag);
    }
    /**
     * Makes a read fail with SWC_ERR_NOT_MODIFIED when the object is not newer than a time. See
     * swc_request_set_if_modified_since().
     */
    template <class M = mode> chain<M, request> set_if_modified_since(opt_time time)
    {
        return detail::set<M>(*this, swc_request_set_if_modified_since, time);
    }
    /**
     * Makes a read fail with SWC_ERR_PRECONDITION when the object is newer than a time. See
     * swc_request_set_if_unmodified_since().
     */
    template <class M = mode> chain<M, request> set_if_unmodified_since(opt_time time)
    {
        return detail::set<M>(*this, swc_request_set_if_unmodified_since, time);
    }
    /**
     * Limits how long a call may last in all: attempts, pauses between them and the reading of the body. See
     * swc_request_set_timeout().
     */
    template <class M = mode> chain<M, request> set_timeout(wait_time timeout)
    {
        return detail::set<M>(*this, swc_request_set_timeout, timeout);
    }
    /**
     * Sets whether bodies are checked against their MD5, whatever the key `checksum` of the config says. See
     * swc_request_set_checksum().
     */
    template <class M = mode> chain<M, request> set_checksum(bool checksum)
    {
        return detail::set<M>(*this, swc_request_set_checksum, checksum);
    }
    /** Sets whether the token goes with the request; see swc_request_set_send_token(). */
    template <class M = mode> chain<M, request> set_send_token(bool send_token)
    {
        return detail::set<M>(*this, swc_request_set_send_token, send_token);
    }
    /** Makes calls by the signature of a temporary URL instead of the token; see swc_request_set_temp_url(). */
    template <class M = mode> chain<M, request> set_temp_url(const zstring &url)
    {
        return detail::set<M>(*this, swc_request_set_temp_url, url);
    }
    /**
     * Sets whether swc_connection_request() gives a response whatever the status: 404, 503, or 301. See
     * swc_request_set_any_status().
     */
    template <class M = mode> chain<M, request> set_any_status(bool any_status)
    {
        return detail::set<M>(*this, swc_request_set_any_status, any_status);
    }
    /**
     * Sets whether a body is announced before it is sent, whatever the key `expect_continue` of the config says. See
     * swc_request_set_expect_continue().
     */
    template <class M = mode> chain<M, request> set_expect_continue(bool announce, wait_time wait)
    {
        return detail::set<M>(*this, swc_request_set_expect_continue, announce, wait);
    }
    /**
     * Lets the server send white space while it works on a manifest or a copy, so that the wait is not taken for a
     * stall. See swc_request_set_heartbeat().
     */
    template <class M = mode> chain<M, request> set_heartbeat(bool on)
    {
        return detail::set<M>(*this, swc_request_set_heartbeat, on);
    }
    /**
     * Asks for one segment of a static large object instead of all of it, in GET or HEAD. swc_response_parts_count()
     * tells how many there are. See swc_request_set_part_number().
     */
    template <class M = mode> chain<M, request> set_part_number(std::uint32_t number)
    {
        return detail::set<M>(*this, swc_request_set_part_number, number);
    }
    /**
     * Makes the object that is stored, or posted to, the manifest of a dynamic large object (X-Object-Manifest). See
     * swc_request_set_dlo().
     */
    template <class M = mode>
    chain<M, request> set_dlo(const opt_zstring &segment_container, const opt_zstring &prefix)
    {
        return detail::set<M>(*this, swc_request_set_dlo, segment_container, prefix);
    }
    /**
     * Has the server guess the media type of an object from its name, whatever type is given. See
     * swc_request_set_detect_content_type().
     */
    template <class M = mode> chain<M, request> set_detect_content_type(bool detect)
    {
        return detail::set<M>(*this, swc_request_set_detect_content_type, detect);
    }
    /** Says how the bytes of an object are encoded, as "gzip"; see swc_request_set_content_encoding(). */
    template <class M = mode> chain<M, request> set_content_encoding(const opt_zstring &content_encoding)
    {
        return detail::set<M>(*this, swc_request_set_content_encoding, content_encoding);
    }
    /**
     * Says what a browser does with an object, as "attachment; filename="a.txt"". See
     * swc_request_set_content_disposition().
     */
    template <class M = mode> chain<M, request> set_content_disposition(const opt_zstring &content_disposition)
    {
        return detail::set<M>(*this, swc_request_set_content_disposition, content_disposition);
    }
    /** Says how long caches may keep an object, as "max-age=3600"; see swc_request_set_cache_control(). */
    template <class M = mode> chain<M, request> set_cache_control(const opt_zstring &cache_control)
    {
        return detail::set<M>(*this, swc_request_set_cache_control, cache_control);
    }
    /** Says which language an object is in, as "en"; see swc_request_set_content_language(). */
    template <class M = mode> chain<M, request> set_content_language(const opt_zstring &content_language)
    {
        return detail::set<M>(*this, swc_request_set_content_language, content_language);
    }
    /**
     * Says until when caches may keep an object; the object itself stays, see swc_request_set_delete_at(). See
     * swc_request_set_expires().
     */
    template <class M = mode> chain<M, request> set_expires(opt_time time)
    {
        return detail::set<M>(*this, swc_request_set_expires, time);
    }
    /** Says what search engines may do with an object, as "noindex"; see swc_request_set_robots_tag(). */
    template <class M = mode> chain<M, request> set_robots_tag(const opt_zstring &robots_tag)
    {
        return detail::set<M>(*this, swc_request_set_robots_tag, robots_tag);
    }
    /** Has the server delete an object at a time, given with a PUT, POST or copy; see swc_request_set_delete_at(). */
    template <class M = mode> chain<M, request> set_delete_at(opt_time time)
    {
        return detail::set<M>(*this, swc_request_set_delete_at, time);
    }
    /**
     * Has the server delete an object so many seconds from now, given with a PUT, POST or copy. See
     * swc_request_set_delete_after().
     */
    template <class M = mode> chain<M, request> set_delete_after(opt_seconds time)
    {
        return detail::set<M>(*this, swc_request_set_delete_after, time);
    }
    /**
     * Reaches an object whose time has come, as long as it is still there, with GET, HEAD and POST. See
     * swc_request_set_open_expired().
     */
    template <class M = mode> chain<M, request> set_open_expired(bool open)
    {
        return detail::set<M>(*this, swc_request_set_open_expired, open);
    }
    /**
     * Says which MD5 a PUT has; the server refuses other bytes, which is SWC_ERR_CHECKSUM, and stores nothing. See
     * swc_request_set_etag().
     */
    template <class M = mode> chain<M, request> set_etag(const opt_zstring &etag)
    {
        return detail::set<M>(*this, swc_request_set_etag, etag);
    }
    /**
     * Drops the metadata of the source of a copy: the copy has what the request sets and no more. See
     * swc_request_set_fresh_metadata().
     */
    template <class M = mode> chain<M, request> set_fresh_metadata(bool fresh)
    {
        return detail::set<M>(*this, swc_request_set_fresh_metadata, fresh);
    }
    /**
     * Names the account a copy goes to; without it that is the one of the connection. See
     * swc_request_set_destination_account().
     */
    template <class M = mode> chain<M, request> set_destination_account(const opt_zstring &account)
    {
        return detail::set<M>(*this, swc_request_set_destination_account, account);
    }
    /**
     * Names the account a copy comes from; without it that is the one of the connection. See
     * swc_request_set_source_account().
     */
    template <class M = mode> chain<M, request> set_source_account(const opt_zstring &account)
    {
        return detail::set<M>(*this, swc_request_set_source_account, account);
    }
    /**
     * Reads or copies the manifest of a large object in place of what it stands for. See
     * swc_request_set_manifest_get().
     */
    template <class M = mode> chain<M, request> set_manifest_get(bool manifest)
    {
        return detail::set<M>(*this, swc_request_set_manifest_get, manifest);
    }
    /** Names the version of an object that is read, copied or deleted; see swc_request_set_version_id(). */
    template <class M = mode> chain<M, request> set_version_id(const opt_zstring &version_id)
    {
        return detail::set<M>(*this, swc_request_set_version_id, version_id);
    }
    /** Reads or copies a symlink itself in place of its target; see swc_request_set_symlink_get(). */
    template <class M = mode> chain<M, request> set_symlink_get(bool symlink)
    {
        return detail::set<M>(*this, swc_request_set_symlink_get, symlink);
    }
    /**
     * Names the container that replaced versions of objects go to, in a PUT or POST of a container. See
     * swc_request_set_versions_location().
     */
    template <class M = mode> chain<M, request> set_versions_location(const opt_zstring &container)
    {
        return detail::set<M>(*this, swc_request_set_versions_location, container);
    }
    /**
     * Names the container that replaced and deleted versions of objects go to, in a PUT or POST of a container. See
     * swc_request_set_history_location().
     */
    template <class M = mode> chain<M, request> set_history_location(const opt_zstring &container)
    {
        return detail::set<M>(*this, swc_request_set_history_location, container);
    }
    /**
     * Turns the versioning of a container on or off, in a PUT or POST of the container. See
     * swc_request_set_versions_enabled().
     */
    template <class M = mode> chain<M, request> set_versions_enabled(bool enabled)
    {
        return detail::set<M>(*this, swc_request_set_versions_enabled, enabled);
    }
    /** Asks for one more part of an object besides those asked for; see swc_request_add_range(). */
    template <class M = mode> chain<M, request> add_range(std::uint64_t offset, std::uint64_t length = to_end)
    {
        return detail::set<M>(*this, swc_request_add_range, offset, length);
    }
    /** Says what is meant by a POST to a symlink; see swc_request_set_symlink_post(). */
    template <class M = mode> chain<M, request> set_symlink_post(symlink_post meaning)
    {
        return detail::set<M>(*this, swc_request_set_symlink_post, meaning);
    }
    /**
     * Leaves the framing of the body to the caller, for swc_connection_request(). See swc_request_set_own_framing().
     */
    template <class M = mode> chain<M, request> set_own_framing(bool own_framing)
    {
        return detail::set<M>(*this, swc_request_set_own_framing, own_framing);
    }
    /**
     * Sets how many times a failed request is made again, whatever the key `retries` of the config says. See
     * swc_request_set_retries().
     */
    template <class M = mode> chain<M, request> set_retries(std::uint32_t retries)
    {
        return detail::set<M>(*this, swc_request_set_retries, retries);
    }
    /**
     * Sets the pauses before a request is made again, whatever the keys `starting_backoff` and `max_backoff` say. See
     * swc_request_set_backoff().
     */
    template <class M = mode> chain<M, request> set_backoff(wait_time starting, wait_time max)
    {
        return detail::set<M>(*this, swc_request_set_backoff, starting, max);
    }
    /**
     * Sets which fraction of each pause is random, whatever the key `backoff_jitter` says. See
     * swc_request_set_backoff_jitter().
     */
    template <class M = mode> chain<M, request> set_backoff_jitter(double jitter)
    {
        return detail::set<M>(*this, swc_request_set_backoff_jitter, jitter);
    }
    /**
     * Sets how long a pause the server may ask for with Retry-After, whatever the key `retry_after_max` says. See
     * swc_request_set_retry_after_max().
     */
    template <class M = mode> chain<M, request> set_retry_after_max(wait_time max)
    {
        return detail::set<M>(*this, swc_request_set_retry_after_max, max);
    }
    /**
     * Sets how long after its start a call may still make a failed request again, whatever the key `retry_max_elapsed`
     * says. See swc_request_set_retry_max_elapsed().
     */
    template <class M = mode> chain<M, request> set_retry_max_elapsed(wait_time elapsed)
    {
        return detail::set<M>(*this, swc_request_set_retry_max_elapsed, elapsed);
    }
    /**
     * Sets whether a request that the server refused for its rate (HTTP 429, 498) is made again, whatever the key
     * `retry_on_ratelimit` says. See swc_request_set_retry_on_ratelimit().
     */
    template <class M = mode> chain<M, request> set_retry_on_ratelimit(bool retry)
    {
        return detail::set<M>(*this, swc_request_set_retry_on_ratelimit, retry);
    }
    /**
     * Has a large object deleted with its segments also where an older version of it is kept, which then lacks them.
     * See swc_request_set_delete_kept().
     */
    template <class M = mode> chain<M, request> set_delete_kept(bool on)
    {
        return detail::set<M>(*this, swc_request_set_delete_kept, on);
    }
    /** Makes a read ask for what was written last, of whichever copy: X-Newest; see swc_request_set_newest(). */
    template <class M = mode> chain<M, request> set_newest(bool newest)
    {
        return detail::set<M>(*this, swc_request_set_newest, newest);
    }
    /**
     * Adds text to the transaction ids of a call, by which its requests are found in logs: X-Trans-Id-Extra. See
     * swc_request_set_trans_id_extra().
     */
    template <class M = mode> chain<M, request> set_trans_id_extra(const opt_zstring &extra)
    {
        return detail::set<M>(*this, swc_request_set_trans_id_extra, extra);
    }
    /**
     * Has the server remove metadata of an account: the header X-Remove-Account-Meta-NAME. See
     * swc_request_remove_account_metadata().
     */
    template <class M = mode> chain<M, request> remove_account_metadata(const zstring &name)
    {
        return detail::set<M>(*this, swc_request_remove_account_metadata, name);
    }
    /**
     * Sets a key that temp URLs of all objects of the account are signed with. See
     * swc_request_set_account_temp_url_key().
     */
    template <class M = mode> chain<M, request> set_account_temp_url_key(std::int32_t number, const opt_zstring &key)
    {
        return detail::set<M>(*this, swc_request_set_account_temp_url_key, number, key);
    }
    /**
     * Sets how many bytes an account may hold; a PUT beyond that fails with SWC_ERR_TOO_LARGE. See
     * swc_request_set_account_quota_bytes().
     */
    template <class M = mode> chain<M, request> set_account_quota_bytes(const opt_zstring &policy, opt_size bytes)
    {
        return detail::set<M>(*this, swc_request_set_account_quota_bytes, policy, bytes);
    }
    /**
     * Sets how many objects an account may hold; a PUT beyond that fails with SWC_ERR_TOO_LARGE. See
     * swc_request_set_account_quota_count().
     */
    template <class M = mode> chain<M, request> set_account_quota_count(const opt_zstring &policy, opt_size objects)
    {
        return detail::set<M>(*this, swc_request_set_account_quota_count, policy, objects);
    }
    /**
     * Sets whether ETags of objects come in quotes, as the standard has it: X-Account-Rfc-Compliant-Etags. See
     * swc_request_set_account_rfc_etags().
     */
    template <class M = mode> chain<M, request> set_account_rfc_etags(bool quoted)
    {
        return detail::set<M>(*this, swc_request_set_account_rfc_etags, quoted);
    }
    /** Sets metadata of an account: the header X-Account-Meta-NAME; see swc_request_set_account_metadata(). */
    template <class M = mode> chain<M, request> set_account_metadata(const zstring &name, const zstring &value)
    {
        return detail::set<M>(*this, swc_request_set_account_metadata, name, value);
    }
    /** Sets metadata of a container: the header X-Container-Meta-NAME; see swc_request_set_container_metadata(). */
    template <class M = mode> chain<M, request> set_container_metadata(const zstring &name, const zstring &value)
    {
        return detail::set<M>(*this, swc_request_set_container_metadata, name, value);
    }
    /**
     * Has the server remove metadata of a container: the header X-Remove-Container-Meta-NAME. See
     * swc_request_remove_container_metadata().
     */
    template <class M = mode> chain<M, request> remove_container_metadata(const zstring &name)
    {
        return detail::set<M>(*this, swc_request_remove_container_metadata, name);
    }
    /**
     * Sets the storage policy of a container that is created: X-Storage-Policy. See swc_request_set_storage_policy().
     */
    template <class M = mode> chain<M, request> set_storage_policy(const opt_zstring &policy)
    {
        return detail::set<M>(*this, swc_request_set_storage_policy, policy);
    }
    /** Sets who may read a container: X-Container-Read; see swc_request_set_read_acl(). */
    template <class M = mode> chain<M, request> set_read_acl(const opt_zstring &acl)
    {
        return detail::set<M>(*this, swc_request_set_read_acl, acl);
    }
    /** Sets who may write to a container: X-Container-Write; see swc_request_set_write_acl(). */
    template <class M = mode> chain<M, request> set_write_acl(const opt_zstring &acl)
    {
        return detail::set<M>(*this, swc_request_set_write_acl, acl);
    }
    /**
     * Lets a user read a container and what is in it, besides those the request lets already. See
     * swc_request_allow_read().
     */
    template <class M = mode> chain<M, request> allow_read(const zstring &project, const opt_zstring &user)
    {
        return detail::set<M>(*this, swc_request_allow_read, project, user);
    }
    /**
     * Lets a user write objects into a container and delete them, besides those the request lets already. See
     * swc_request_allow_write().
     */
    template <class M = mode> chain<M, request> allow_write(const zstring &project, const opt_zstring &user)
    {
        return detail::set<M>(*this, swc_request_allow_write, project, user);
    }
    /**
     * Lets everybody read objects who comes from pages of a host, or keeps them from it. See
     * swc_request_allow_referrer().
     */
    template <class M = mode> chain<M, request> allow_referrer(const zstring &host, bool allowed)
    {
        return detail::set<M>(*this, swc_request_allow_referrer, host, allowed);
    }
    /**
     * Lets those list a container whom swc_request_allow_referrer() lets read its objects. See
     * swc_request_allow_listings().
     */
    template <class M = mode> chain<M, request> allow_listings()
    {
        return detail::set<M>(*this, swc_request_allow_listings);
    }
    /**
     * Sets how many bytes a container may hold; a PUT beyond that fails with SWC_ERR_TOO_LARGE. See
     * swc_request_set_container_quota_bytes().
     */
    template <class M = mode> chain<M, request> set_container_quota_bytes(opt_size bytes)
    {
        return detail::set<M>(*this, swc_request_set_container_quota_bytes, bytes);
    }
    /**
     * Sets how many objects a container may hold; a PUT beyond that fails with SWC_ERR_TOO_LARGE. See
     * swc_request_set_container_quota_count().
     */
    template <class M = mode> chain<M, request> set_container_quota_count(opt_size objects)
    {
        return detail::set<M>(*this, swc_request_set_container_quota_count, objects);
    }
    /** Sets whose pages may use a container from a browser (CORS); see swc_request_set_cors_allow_origin(). */
    template <class M = mode> chain<M, request> set_cors_allow_origin(const opt_zstring &origins)
    {
        return detail::set<M>(*this, swc_request_set_cors_allow_origin, origins);
    }
    /**
     * Sets how long a browser may keep what a preflight request told it (CORS). See swc_request_set_cors_max_age().
     */
    template <class M = mode> chain<M, request> set_cors_max_age(opt_seconds time)
    {
        return detail::set<M>(*this, swc_request_set_cors_max_age, time);
    }
    /**
     * Sets which headers pages in a browser may read, besides those they always may (CORS). See
     * swc_request_set_cors_expose_headers().
     */
    template <class M = mode> chain<M, request> set_cors_expose_headers(const opt_zstring &headers)
    {
        return detail::set<M>(*this, swc_request_set_cors_expose_headers, headers);
    }
    /**
     * Sets the object that is shown for a container and for each pseudo-directory in it (static web). See
     * swc_request_set_web_index().
     */
    template <class M = mode> chain<M, request> set_web_index(const opt_zstring &object)
    {
        return detail::set<M>(*this, swc_request_set_web_index, object);
    }
    /**
     * Sets the end of the names of the objects that are shown for errors (static web). See
     * swc_request_set_web_error().
     */
    template <class M = mode> chain<M, request> set_web_error(const opt_zstring &suffix)
    {
        return detail::set<M>(*this, swc_request_set_web_error, suffix);
    }
    /**
     * Sets whether pseudo-directories without an index are shown as a list (static web). See
     * swc_request_set_web_listings().
     */
    template <class M = mode> chain<M, request> set_web_listings(bool listings)
    {
        return detail::set<M>(*this, swc_request_set_web_listings, listings);
    }
    /** Sets the style sheet of these lists (static web); see swc_request_set_web_listings_css(). */
    template <class M = mode> chain<M, request> set_web_listings_css(const opt_zstring &object)
    {
        return detail::set<M>(*this, swc_request_set_web_listings_css, object);
    }
    /**
     * Sets what these lists have in their heading in place of the container (static web). See
     * swc_request_set_web_listings_label().
     */
    template <class M = mode> chain<M, request> set_web_listings_label(const opt_zstring &label)
    {
        return detail::set<M>(*this, swc_request_set_web_listings_label, label);
    }
    /**
     * Sets the media type of objects that stand for pseudo-directories (static web). See
     * swc_request_set_web_directory_type().
     */
    template <class M = mode> chain<M, request> set_web_directory_type(const opt_zstring &content_type)
    {
        return detail::set<M>(*this, swc_request_set_web_directory_type, content_type);
    }
    /**
     * Has a container answer as a web site although the request carries a token: X-Web-Mode (static web). See
     * swc_request_set_web_mode().
     */
    template <class M = mode> chain<M, request> set_web_mode(bool web)
    {
        return detail::set<M>(*this, swc_request_set_web_mode, web);
    }
    /** Sets the container that gets a copy of every change: X-Container-Sync-To; see swc_request_set_sync_to(). */
    template <class M = mode> chain<M, request> set_sync_to(const opt_zstring &to)
    {
        return detail::set<M>(*this, swc_request_set_sync_to, to);
    }
    /** Sets the secret that both containers share: X-Container-Sync-Key; see swc_request_set_sync_key(). */
    template <class M = mode> chain<M, request> set_sync_key(const opt_zstring &key)
    {
        return detail::set<M>(*this, swc_request_set_sync_key, key);
    }
    /**
     * Sets a key that temp URLs of objects in the container are signed with. See
     * swc_request_set_container_temp_url_key().
     */
    template <class M = mode> chain<M, request> set_container_temp_url_key(std::int32_t number, const opt_zstring &key)
    {
        return detail::set<M>(*this, swc_request_set_container_temp_url_key, number, key);
    }
    /**
     * Sets whether ETags of objects come in quotes, whatever the account says: X-Container-Rfc-Compliant-Etags. See
     * swc_request_set_container_rfc_etags().
     */
    template <class M = mode> chain<M, request> set_container_rfc_etags(bool quoted)
    {
        return detail::set<M>(*this, swc_request_set_container_rfc_etags, quoted);
    }
    /** Sets the size of a page of a listing; see swc_request_set_limit(). */
    template <class M = mode> chain<M, request> set_limit(std::uint64_t rows)
    {
        return detail::set<M>(*this, swc_request_set_limit, rows);
    }
    /** Has a listing give only names that begin so; see swc_request_set_prefix(). */
    template <class M = mode> chain<M, request> set_prefix(const opt_zstring &prefix)
    {
        return detail::set<M>(*this, swc_request_set_prefix, prefix);
    }
    /**
     * Has a listing stop each name after a delimiter that follows the prefix, and give what it stopped at once, as a
     * pseudo-directory. See swc_request_set_delimiter().
     */
    template <class M = mode> chain<M, request> set_delimiter(const opt_zstring &delimiter)
    {
        return detail::set<M>(*this, swc_request_set_delimiter, delimiter);
    }
    /**
     * Has a listing begin after a name, which itself is left out; with swc_request_set_reverse() before it. See
     * swc_request_set_marker().
     */
    template <class M = mode> chain<M, request> set_marker(const opt_zstring &marker)
    {
        return detail::set<M>(*this, swc_request_set_marker, marker);
    }
    /**
     * Has a listing end before a name, which itself is left out; with swc_request_set_reverse() after it. See
     * swc_request_set_end_marker().
     */
    template <class M = mode> chain<M, request> set_end_marker(const opt_zstring &end_marker)
    {
        return detail::set<M>(*this, swc_request_set_end_marker, end_marker);
    }
    /**
     * Has a listing of a container give what lies directly in a pseudo-directory, objects that stand for one included.
     * See swc_request_set_path().
     */
    template <class M = mode> chain<M, request> set_path(const opt_zstring &path)
    {
        return detail::set<M>(*this, swc_request_set_path, path);
    }
    /** Has a listing run from the last name to the first; see swc_request_set_reverse(). */
    template <class M = mode> chain<M, request> set_reverse(bool reverse)
    {
        return detail::set<M>(*this, swc_request_set_reverse, reverse);
    }
    /**
     * Has a listing of a container give every version of each object, the newest first. See
     * swc_request_set_versions().
     */
    template <class M = mode> chain<M, request> set_versions(bool versions)
    {
        return detail::set<M>(*this, swc_request_set_versions, versions);
    }
    /**
     * Has a listing of versions begin after one version of the object that the marker names. See
     * swc_request_set_version_marker().
     */
    template <class M = mode> chain<M, request> set_version_marker(const opt_zstring &version_id)
    {
        return detail::set<M>(*this, swc_request_set_version_marker, version_id);
    }
    /**
     * Lets the server, or a proxy before it, compress listings and what swc_connection_capabilities() asks for. See
     * swc_request_set_accept_gzip().
     */
    template <class M = mode> chain<M, request> set_accept_gzip(bool gzip)
    {
        return detail::set<M>(*this, swc_request_set_accept_gzip, gzip);
    }
    /** Sets a header whose value is bytes; std::nullopt takes it away again. See swc_request_set_header_bytes(). */
    template <class M = mode>
    chain<M, request> set_header_bytes(const zstring &name, std::optional<std::string_view> bytes)
    {
        return detail::set<M>(*this, swc_request_set_header_bytes, name, bytes ? some(bytes->data()) : nullptr,
                              bytes ? bytes->size() : 0);
    }
    /** Gives calls a token by which another thread can end them; see swc_request_set_cancel(). */
    template <class M = mode> chain<M, request> set_cancel(const cancel_token &token)
    {
        return detail::set<M>(*this, swc_request_set_cancel, detail::given<swc_cancel>(token.get()));
    }
    /** Takes the token away again. */
    template <class M = mode> chain<M, request> set_cancel(std::nullopt_t)
    {
        return detail::set<M>(*this, swc_request_set_cancel, nullptr);
    }
    /** Sets who besides its owners may use the account; see swc_request_set_account_acl(). */
    template <class M = mode> chain<M, request> set_account_acl(const account_acl &acl)
    {
        return detail::set<M>(*this, swc_request_set_account_acl, detail::given<swc_account_acl>(acl.get()));
    }
    /** Leaves that alone again. */
    template <class M = mode> chain<M, request> set_account_acl(std::nullopt_t)
    {
        return detail::set<M>(*this, swc_request_set_account_acl, nullptr);
    }
    /**
     * Has a callback told how far the body of a call has come; see swc_request_set_progress().
     *
     * It is called as `callback(std::uint64_t moved, std::optional<std::uint64_t> total)`, and returns whether to go
     * on, or nothing. nullptr for none.
     */
    template <class M = mode, class F> chain<M, request> set_progress(F callback)
    {
        if constexpr (std::is_null_pointer_v<F>) {
            return detail::set<M>(*this, swc_request_set_progress, nullptr, nullptr, nullptr);
        } else {
            return detail::set<M>(*this, swc_request_set_progress, &hear<F>, &detail::free_held<F>,
                                  detail::held<F>(std::move(callback)));
        }
    }

  private:
    // An empty view may have no address, which would mean no header.
    static const char *some(const char *data) noexcept { return data ? data : ""; }

    template <class F> static bool hear(void *held, std::uint64_t moved, std::int64_t total) noexcept
    {
        auto &callback = *static_cast<F *>(held);
        return detail::guarded(false, nullptr,
                               [&] { return detail::yes_or_void(callback, moved, detail::known(total)); });
    }
};

/** A request, swc::headers, swc::query, or `{}` for no extras: for parameters. */
class request_arg {
  public:
    request_arg() noexcept = default;
    request_arg(const request &request) noexcept : request_(request.get()), moved_from_(!request) {}
    request_arg(const headers &headers) : own_(request())
    {
        for (const auto &[name, value] : headers.rows)
            keep(own_.add_header<nothrow>(name, value));
    }
    request_arg(const query &query) : own_(request())
    {
        for (const auto &[name, value] : query.rows)
            keep(own_.set_query<nothrow>(name, value));
    }
    request_arg(const request_arg &) = delete;
    request_arg &operator=(const request_arg &) = delete;

    const swc_request *c() const noexcept { return request_; }
    std::optional<error> fault() const
    {
        return moved_from_ ? detail::given<swc_request>(nullptr).fault() : fault_;
    }

  private:
    void keep(expected<void> outcome)
    {
        request_ = own_.get();
        if (!outcome && !fault_)
            fault_ = std::move(outcome).error();
    }

    request own_{static_cast<swc_request *>(nullptr)};
    const swc_request *request_ = nullptr;
    bool moved_from_ = false;
    std::optional<error> fault_;
};

/** Which part of its object a segment is: see swc_segment_range(). */
struct byte_range {
    std::uint64_t offset = 0, length = 0;
};

/** A segment of a manifest, which lives until that is changed or destroyed: see swc_segment. */
class segment : public view<const swc_segment> {
    const swc_segment *self() const noexcept { return get(); }

  public:
    using view::view;
    /** Tells the container of a segment; see swc_segment_container(). */
    std::optional<std::string_view> container() const noexcept { return detail::maybe(swc_segment_container(self())); }
    /** Tells the object of a segment; see swc_segment_object(). */
    std::optional<std::string_view> object() const noexcept { return detail::maybe(swc_segment_object(self())); }
    /** Tells the ETag of the whole object of a segment; see swc_segment_etag(). */
    std::optional<std::string_view> etag() const noexcept { return detail::maybe(swc_segment_etag(self())); }
    /** Tells the size of the whole object of a segment, or of its data; see swc_segment_size(). */
    std::optional<std::uint64_t> size() const noexcept { return detail::known(swc_segment_size(self())); }
    /** Tells how many bytes of the large object a segment makes; see swc_segment_length(). */
    std::optional<std::uint64_t> length() const noexcept { return detail::known(swc_segment_length(self())); }
    /**
     * Tells the media type of the object of a segment, in a manifest that was read back. See
     * swc_segment_content_type().
     */
    std::optional<std::string_view> content_type() const noexcept
    {
        return detail::maybe(swc_segment_content_type(self()));
    }
    /**
     * Tells when the object of a segment was last changed, in a manifest that was read back. See
     * swc_segment_last_modified().
     */
    std::optional<time_point> last_modified() const noexcept
    {
        return detail::seconds_at(swc_segment_last_modified(self()));
    }
    /**
     * Tells whether the object of a segment is a static large object itself, in a manifest that was read back. See
     * swc_segment_is_slo().
     */
    bool is_slo() const noexcept { return swc_segment_is_slo(self()); }
    /** Tells which part of its object a segment is, unless it is all of it; see swc_segment_range(). */
    std::optional<byte_range> range() const
    {
        byte_range part;
        return swc_segment_range(get(), &part.offset, &part.length) ? std::optional<byte_range>(part) : std::nullopt;
    }
    /** Gives the bytes of a segment that stand in the manifest itself; see swc_segment_data(). */
    std::optional<std::string_view> data() const
    {
        std::size_t size = 0;
        const void *data = swc_segment_data(get(), &size);
        return data ? std::optional<std::string_view>({static_cast<const char *>(data), size}) : std::nullopt;
    }
};

/** The segments of a static large object, in order: see swc_manifest. */
class manifest : public owner<swc_manifest> {
    struct segment_at {
        const swc_manifest *from = nullptr;
        segment operator()(std::size_t index) const { return segment(swc_manifest_segment_at(from, index)); }
    };
    const swc_manifest *self() const noexcept { return get(); }

  public:
    using owner::owner;
    /** Makes a manifest without segments; see swc_manifest_new(). */
    manifest() : owner(swc_manifest_new()) {}
    /** Reads a manifest from its JSON text; see swc_manifest_new_json(). */
    template <class M = mode> static answer<M, manifest> from_json(const zstring &json)
    {
        return detail::make<M, manifest>(swc_manifest_new_json, json);
    }
    /** Adds an object as the next segment; see swc_manifest_add_object(). */
    template <class M = mode>
    chain<M, manifest> add_object(const zstring &container, const zstring &object, const opt_zstring &etag,
                                  opt_size size)
    {
        return detail::set<M>(*this, swc_manifest_add_object, container, object, etag, size);
    }
    /**
     * Adds part of an object as the next segment. `etag` and `size` are those of the whole object. See
     * swc_manifest_add_range().
     */
    template <class M = mode>
    chain<M, manifest> add_range(const zstring &container, const zstring &object, const opt_zstring &etag,
                                 opt_size size, std::uint64_t offset, std::uint64_t length)
    {
        return detail::set<M>(*this, swc_manifest_add_range, container, object, etag, size, offset, length);
    }
    /** Adds bytes as the next segment, which stand in the manifest itself; see swc_manifest_add_data(). */
    template <class M = mode> chain<M, manifest> add_data(std::string_view bytes)
    {
        return detail::set<M>(*this, swc_manifest_add_data, bytes.data(), bytes.size());
    }
    /** Gives the segments, until the manifest is changed; see swc_manifest_segment_at(). */
    sequence<segment_at> segments() const { return {{get()}, swc_manifest_segment_count(get())}; }
    /** Tells the size of the large object; see swc_manifest_size(). */
    std::optional<std::uint64_t> size() const noexcept { return detail::known(swc_manifest_size(self())); }
    /**
     * Tells the ETag the large object has when the manifest is stored: the MD5 of the ETags of its segments. See
     * swc_manifest_etag().
     */
    std::optional<std::string_view> etag() const noexcept { return detail::maybe(swc_manifest_etag(self())); }
    /** Writes a manifest as the JSON text that is sent to the server; see swc_manifest_json(). */
    template <class M = mode> answer<M, std::string> json() const
    {
        return detail::text<M>(swc_manifest_json, get());
    }
};

/** A temporary URL in the making: see swc_tempurl. */
class tempurl : public owner<swc_tempurl> {
  public:
    using owner::owner;
    /** Makes a temporary URL for GET that has nothing else yet; see swc_tempurl_new(). */
    tempurl() : owner(swc_tempurl_new()) {}
    /** Sets the path of the object; see swc_tempurl_set_path(). */
    template <class M = mode> chain<M, tempurl> set_path(const zstring &path)
    {
        return detail::set<M>(*this, swc_tempurl_set_path, path);
    }
    /** Sets the object by its names, in place of swc_tempurl_set_path(); see swc_tempurl_set_object(). */
    template <class M = mode>
    chain<M, tempurl> set_object(const zstring &storage_url, const zstring &container, const zstring &object)
    {
        return detail::set<M>(*this, swc_tempurl_set_object, storage_url, container, object);
    }
    /** Sets the method that is allowed; GET unless set; see swc_tempurl_set_method(). */
    template <class M = mode> chain<M, tempurl> set_method(const zstring &method)
    {
        return detail::set<M>(*this, swc_tempurl_set_method, method);
    }
    /** Sets how long the temporary URL is good, from the moment it is made; see swc_tempurl_set_lifetime(). */
    template <class M = mode> chain<M, tempurl> set_lifetime(opt_seconds time)
    {
        return detail::set<M>(*this, swc_tempurl_set_lifetime, time);
    }
    /**
     * Sets when the temporary URL ends to be good, in place of swc_tempurl_set_lifetime(). See
     * swc_tempurl_set_expires().
     */
    template <class M = mode> chain<M, tempurl> set_expires(opt_time time)
    {
        return detail::set<M>(*this, swc_tempurl_set_expires, time);
    }
    /**
     * Sets until when the temporary URL is good, by a text as the program swift takes it. See swc_tempurl_set_time().
     */
    template <class M = mode> chain<M, tempurl> set_time(const zstring &when, bool absolute)
    {
        return detail::set<M>(*this, swc_tempurl_set_time, when, absolute);
    }
    /** Sets the key to sign with; see swc_tempurl_set_key(). */
    template <class M = mode> chain<M, tempurl> set_key(const zstring &key)
    {
        return detail::set<M>(*this, swc_tempurl_set_key, key);
    }
    /**
     * Sets the digest of the signature; "sha256" unless set, and "sha1" for "/info", where Swift takes no other. See
     * swc_tempurl_set_digest().
     */
    template <class M = mode> chain<M, tempurl> set_digest(const zstring &digest)
    {
        return detail::set<M>(*this, swc_tempurl_set_digest, digest);
    }
    /**
     * Sets whether it is good for all objects whose names begin with the one that was set. See
     * swc_tempurl_set_prefix().
     */
    template <class M = mode> chain<M, tempurl> set_prefix(bool prefix)
    {
        return detail::set<M>(*this, swc_tempurl_set_prefix, prefix);
    }
    /** Sets the addresses it is good from; see swc_tempurl_set_ip_range(). */
    template <class M = mode> chain<M, tempurl> set_ip_range(const opt_zstring &ip_range)
    {
        return detail::set<M>(*this, swc_tempurl_set_ip_range, ip_range);
    }
    /**
     * Sets whether its time is written as "2026-07-31T12:34:56Z" and not as a number. See swc_tempurl_set_iso8601().
     */
    template <class M = mode> chain<M, tempurl> set_iso8601(bool iso8601)
    {
        return detail::set<M>(*this, swc_tempurl_set_iso8601, iso8601);
    }
    /** Sets the name under which a browser saves the object (Content-Disposition); see swc_tempurl_set_filename(). */
    template <class M = mode> chain<M, tempurl> set_filename(const opt_zstring &filename)
    {
        return detail::set<M>(*this, swc_tempurl_set_filename, filename);
    }
    /**
     * Sets whether a browser shows the object instead of saving it (Content-Disposition). See
     * swc_tempurl_set_inline().
     */
    template <class M = mode> chain<M, tempurl> set_inline(bool show)
    {
        return detail::set<M>(*this, swc_tempurl_set_inline, show);
    }
    /** Makes the URL, signed; see swc_tempurl_generate(). */
    template <class M = mode> answer<M, std::string> generate() const
    {
        return detail::text<M>(swc_tempurl_generate, get());
    }
};

/** A form in the making, by which a browser uploads files straight into a container: see swc_formpost. */
class formpost : public owner<swc_formpost> {
    const swc_formpost *self() const noexcept { return get(); }

  public:
    using owner::owner;
    /** Makes a form that allows nothing yet; see swc_formpost_new(). */
    formpost() : owner(swc_formpost_new()) {}
    /** Sets where the files go: their names are appended to this path; see swc_formpost_set_path(). */
    template <class M = mode> chain<M, formpost> set_path(const zstring &path)
    {
        return detail::set<M>(*this, swc_formpost_set_path, path);
    }
    /** Sets where the files go by names, in place of swc_formpost_set_path(); see swc_formpost_set_container(). */
    template <class M = mode>
    chain<M, formpost> set_container(const zstring &storage_url, const zstring &container, const zstring &prefix)
    {
        return detail::set<M>(*this, swc_formpost_set_container, storage_url, container, prefix);
    }
    /** Sets how large each file may be, and how many there may be; see swc_formpost_set_limits(). */
    template <class M = mode> chain<M, formpost> set_limits(std::uint64_t max_file_size, std::uint64_t max_file_count)
    {
        return detail::set<M>(*this, swc_formpost_set_limits, max_file_size, max_file_count);
    }
    /** Sets how long the form is good, from the moment it is made; see swc_formpost_set_lifetime(). */
    template <class M = mode> chain<M, formpost> set_lifetime(opt_seconds time)
    {
        return detail::set<M>(*this, swc_formpost_set_lifetime, time);
    }
    /** Sets when the form ends to be good, in place of swc_formpost_set_lifetime(); see swc_formpost_set_expires(). */
    template <class M = mode> chain<M, formpost> set_expires(opt_time time)
    {
        return detail::set<M>(*this, swc_formpost_set_expires, time);
    }
    /** Sets until when the form is good, by a text as the program swift takes it; see swc_formpost_set_time(). */
    template <class M = mode> chain<M, formpost> set_time(const zstring &when, bool absolute)
    {
        return detail::set<M>(*this, swc_formpost_set_time, when, absolute);
    }
    /** Sets the key to sign with; see swc_formpost_set_key(). */
    template <class M = mode> chain<M, formpost> set_key(const zstring &key)
    {
        return detail::set<M>(*this, swc_formpost_set_key, key);
    }
    /** Sets the digest of the signature; "sha256" unless set; see swc_formpost_set_digest(). */
    template <class M = mode> chain<M, formpost> set_digest(const zstring &digest)
    {
        return detail::set<M>(*this, swc_formpost_set_digest, digest);
    }
    /** Sets where the browser is sent afterwards; see swc_formpost_set_redirect(). */
    template <class M = mode> chain<M, formpost> set_redirect(const opt_zstring &redirect)
    {
        return detail::set<M>(*this, swc_formpost_set_redirect, redirect);
    }
    /**
     * Sets that the objects are deleted some time after the upload; this is not signed. See
     * swc_formpost_set_delete_after().
     */
    template <class M = mode> chain<M, formpost> set_delete_after(opt_seconds time)
    {
        return detail::set<M>(*this, swc_formpost_set_delete_after, time);
    }
    /**
     * Sets that the objects are deleted at a time, in place of swc_formpost_set_delete_after(); this is not signed.
     * See swc_formpost_set_delete_at().
     */
    template <class M = mode> chain<M, formpost> set_delete_at(opt_time time)
    {
        return detail::set<M>(*this, swc_formpost_set_delete_at, time);
    }
    /** Sets the media type of all files; this is not signed; see swc_formpost_set_content_type(). */
    template <class M = mode> chain<M, formpost> set_content_type(const opt_zstring &content_type)
    {
        return detail::set<M>(*this, swc_formpost_set_content_type, content_type);
    }
    /** Sets the encoding of all files; this is not signed; see swc_formpost_set_content_encoding(). */
    template <class M = mode> chain<M, formpost> set_content_encoding(const opt_zstring &content_encoding)
    {
        return detail::set<M>(*this, swc_formpost_set_content_encoding, content_encoding);
    }
    /** Signs the form, after which its action and fields can be asked for; see swc_formpost_sign(). */
    template <class M = mode> chain<M, formpost> sign()
    {
        return detail::set<M>(*this, swc_formpost_sign);
    }
    /** Tells where the form is sent to; see swc_formpost_action(). */
    std::string_view action() const noexcept { return detail::view(swc_formpost_action(self())); }
    /** Gives the fields in the order they must stand in, until the form is changed; see swc_formpost_field_at(). */
    auto fields() const { return detail::pairs(self(), swc_formpost_field_at, swc_formpost_field_count(self())); }
};

/** A part of an object: see swc_response_content_range() and swc_response_next_part(). */
struct part {
    std::uint64_t offset = 0;
    /** std::nullopt when the server did not tell. */
    std::optional<std::uint64_t> length;
    /** The size of the whole object. */
    std::optional<std::uint64_t> size;
};

/** Where an object is; its text lives as long as the response. */
struct location {
    std::optional<std::string_view> account;
    std::string_view container, object;
};

/** What an account holds in a storage policy: see swc_response_policy_at(). */
struct policy_usage {
    std::string_view name;
    std::optional<std::uint64_t> containers, objects, bytes;
};

/** What response and response_view tell. */
template <class Self> class response_facts {
    const swc_response *self() const noexcept { return static_cast<const Self &>(*this).get(); }

    struct usage_at {
        const swc_response *from = nullptr;
        policy_usage operator()(std::size_t index) const
        {
            const char *name = nullptr;
            std::int64_t containers = -1, objects = -1, bytes = -1;
            swc_response_policy_at(from, index, &name, &containers, &objects, &bytes);
            return {detail::view(name), detail::known(containers), detail::known(objects), detail::known(bytes)};
        }
    };

    template <class F> std::optional<location> where(F function) const
    {
        const char *account = nullptr, *container = nullptr, *object = nullptr;
        if (!function(self(), &account, &container, &object))
            return std::nullopt;
        return location{detail::maybe(account), detail::view(container), detail::view(object)};
    }

  public:
    /** Tells the HTTP status, such as 200 or 204; see swc_response_status(). */
    std::int32_t status() const noexcept { return swc_response_status(self()); }
    /** Tells the reason phrase, as "OK"; see swc_response_reason(). */
    std::string_view reason() const noexcept { return detail::view(swc_response_reason(self())); }
    /** Finds a header; see swc_response_header(). */
    std::optional<std::string_view> header(const zstring &name) const noexcept
    {
        return detail::maybe(swc_response_header(self(), name.c()));
    }
    /**
     * Tells the length of the body, or of the part of the object that was asked for. See
     * swc_response_content_length().
     */
    std::optional<std::uint64_t> content_length() const noexcept
    {
        return detail::known(swc_response_content_length(self()));
    }
    /**
     * Tells the ETag of the object, without quotes; the MD5 of its bytes for all but large objects. See
     * swc_response_etag().
     */
    std::optional<std::string_view> etag() const noexcept { return detail::maybe(swc_response_etag(self())); }
    /**
     * Tells the transaction id by which the operator of the server finds the request. See
     * swc_response_transaction_id().
     */
    std::string_view transaction_id() const noexcept { return detail::view(swc_response_transaction_id(self())); }
    /** Tells when the object, container or account was last changed; see swc_response_last_modified(). */
    std::optional<time_point> last_modified() const noexcept
    {
        return detail::seconds_at(swc_response_last_modified(self()));
    }
    /** Tells how many bytes of the body have been read or written so far; see swc_response_bytes_read(). */
    std::uint64_t bytes_read() const noexcept { return swc_response_bytes_read(self()); }
    /** Finds a header in the answer to one of the requests of a call; see swc_response_attempt_header(). */
    std::optional<std::string_view> attempt_header(std::size_t index, const zstring &name) const noexcept
    {
        return detail::maybe(swc_response_attempt_header(self(), index, name.c()));
    }
    /** Tells whether the object is a static large object; see swc_response_is_slo(). */
    bool is_slo() const noexcept { return swc_response_is_slo(self()); }
    /**
     * Tells where the segments of a dynamic large object are: "container/prefix", not percent-encoded. See
     * swc_response_dlo_manifest().
     */
    std::optional<std::string_view> dlo_manifest() const noexcept
    {
        return detail::maybe(swc_response_dlo_manifest(self()));
    }
    /**
     * Tells how many segments a static large object has, when swc_request_set_part_number() asked for one of them. See
     * swc_response_parts_count().
     */
    std::optional<std::uint64_t> parts_count() const noexcept
    {
        return detail::known(swc_response_parts_count(self()));
    }
    /** Tells the media type of the body, or of the object for a HEAD; see swc_response_content_type(). */
    std::optional<std::string_view> content_type() const noexcept
    {
        return detail::maybe(swc_response_content_type(self()));
    }
    /** Tells when the server will delete the object; see swc_response_delete_at(). */
    std::optional<time_point> delete_at() const noexcept { return detail::seconds_at(swc_response_delete_at(self())); }
    /**
     * Tells when the object was stored or its metadata set, exactly; for containers and accounts, when they were made.
     * See swc_response_timestamp().
     */
    std::optional<time_point> timestamp() const noexcept
    {
        return detail::microseconds_at(swc_response_timestamp(self()));
    }
    /** Tells which ETag the target of a static symlink must have; see swc_response_symlink_target_etag(). */
    std::optional<std::string_view> symlink_target_etag() const noexcept
    {
        return detail::maybe(swc_response_symlink_target_etag(self()));
    }
    /** Tells which version of the object was read, written or deleted; see swc_response_version_id(). */
    std::optional<std::string_view> version_id() const noexcept
    {
        return detail::maybe(swc_response_version_id(self()));
    }
    /** Tells which version is the current one after the DELETE of a version; see swc_response_current_version_id(). */
    std::optional<std::string_view> current_version_id() const noexcept
    {
        return detail::maybe(swc_response_current_version_id(self()));
    }
    /** Tells when the source of a copy was last changed; see swc_response_copied_from_last_modified(). */
    std::optional<time_point> copied_from_last_modified() const noexcept
    {
        return detail::seconds_at(swc_response_copied_from_last_modified(self()));
    }
    /** Tells which version of an object was copied; see swc_response_copied_from_version_id(). */
    std::optional<std::string_view> copied_from_version_id() const noexcept
    {
        return detail::maybe(swc_response_copied_from_version_id(self()));
    }
    /** Tells how many bytes of the body read so far were checked by MD5; see swc_response_bytes_verified(). */
    std::uint64_t bytes_verified() const noexcept { return swc_response_bytes_verified(self()); }
    /**
     * Finds metadata by its name: the header X-Account-Meta-NAME, X-Container-Meta-NAME or X-Object-Meta-NAME. See
     * swc_response_metadata().
     */
    std::optional<std::string_view> metadata(const zstring &name) const noexcept
    {
        return detail::maybe(swc_response_metadata(self(), name.c()));
    }
    /** Tells how many containers an account has; see swc_response_container_count(). */
    std::optional<std::uint64_t> container_count() const noexcept
    {
        return detail::known(swc_response_container_count(self()));
    }
    /** Tells how many objects an account or container has; see swc_response_object_count(). */
    std::optional<std::uint64_t> object_count() const noexcept
    {
        return detail::known(swc_response_object_count(self()));
    }
    /** Tells how many bytes the objects in an account or container have; see swc_response_bytes_used(). */
    std::optional<std::uint64_t> bytes_used() const noexcept { return detail::known(swc_response_bytes_used(self())); }
    /** Tells the storage policy of a container; see swc_response_storage_policy(). */
    std::optional<std::string_view> storage_policy() const noexcept
    {
        return detail::maybe(swc_response_storage_policy(self()));
    }
    /** Tells how many bytes an account or container may hold; see swc_response_quota_bytes(). */
    std::optional<std::uint64_t> quota_bytes(const opt_zstring &policy = {}) const noexcept
    {
        return detail::known(swc_response_quota_bytes(self(), policy.c()));
    }
    /** Tells how many objects an account or container may hold; see swc_response_quota_count(). */
    std::optional<std::uint64_t> quota_count(const opt_zstring &policy = {}) const noexcept
    {
        return detail::known(swc_response_quota_count(self(), policy.c()));
    }
    /** Gives the headers; see swc_response_header_at(). */
    auto headers() const { return detail::pairs(self(), swc_response_header_at, swc_response_header_count(self())); }
    /** Gives the metadata, without the prefixes of its headers; see swc_response_metadata_at(). */
    auto metadata() const
    {
        return detail::pairs(self(), swc_response_metadata_at, swc_response_metadata_count(self()));
    }
    /** Gives the HTTP requests the call took, retries included; see swc_response_attempt_at(). */
    auto attempts() const { return detail::attempts(self(), swc_response_attempt_at, swc_response_attempts(self())); }
    /** Tells what an account holds in each storage policy; see swc_response_policy_at(). */
    sequence<usage_at> policies() const { return {{self()}, swc_response_policy_count(self())}; }
    /** Tells which bytes of the object the body holds, when it is a part; see swc_response_content_range(). */
    std::optional<part> content_range() const
    {
        std::uint64_t offset = 0, length = 0;
        std::int64_t size = -1;
        if (!swc_response_content_range(self(), &offset, &length, &size))
            return std::nullopt;
        return part{offset, length, detail::known(size)};
    }
    /** Tells what a symlink points to; see swc_response_symlink_target(). */
    std::optional<location> symlink_target() const { return where(swc_response_symlink_target); }
    /** Tells which object answered, when it is another one; see swc_response_content_location(). */
    std::optional<location> content_location() const { return where(swc_response_content_location); }
    /** Tells what a copy is a copy of; see swc_response_copied_from(). */
    std::optional<location> copied_from() const { return where(swc_response_copied_from); }
    /** Gives the value of a header with its percent-encoding undone; see swc_response_header_decoded(). */
    template <class M = mode> answer<M, std::optional<std::string>> header_decoded(const zstring &name) const
    {
        return detail::maybe_text<M>(swc_response_header_decoded, self(), name);
    }
    /** Gives metadata with its percent-encoding undone; see swc_response_metadata_decoded(). */
    template <class M = mode> answer<M, std::optional<std::string>> metadata_decoded(const zstring &name) const
    {
        return detail::maybe_text<M>(swc_response_metadata_decoded, self(), name);
    }
    /** Reads who besides its owners may use an account, if that was told; see swc_response_account_acl(). */
    template <class M = mode> answer<M, std::optional<swc::account_acl>> account_acl() const
    {
        using outcome = expected<std::optional<swc::account_acl>>;
        auto acl = detail::output<swc::account_acl, swc_account_acl *>(swc_response_account_acl, self());
        if (!acl)
            return M::give(outcome(std::move(acl).error()));
        return M::give(*acl ? outcome(std::optional<swc::account_acl>(*std::move(acl))) : outcome(std::nullopt));
    }
};

/** The response that brought a page of a listing; it lives until the next row is asked for. */
class response_view : public view<const swc_response>, public response_facts<response_view> {
  public:
    using view::view;
};

/**
 * The answer to a call that succeeded: status, headers, and a body to be read. See swc_response.
 *
 * For its body as a std::istream there is swc::response_istream.
 */
class response : public owner<swc_response>, public response_facts<response> {
  public:
    using owner::owner;

    /**
     * Reads some of the body into memory of yours and tells how many bytes that were; see swc_response_read().
     *
     * 0, for a size above 0, is the end: the body is complete and checked.
     */
    template <class M = mode> answer<M, std::size_t> read(void *buffer, std::size_t size)
    {
        return detail::number<M, std::size_t>(swc_response_read, get(), buffer, size);
    }
    /** Reads what is left of the body; it lives until the next call or the end. See swc_response_read_all(). */
    template <class M = mode> answer<M, std::string_view> read_all(std::size_t limit = SIZE_MAX)
    {
        std::size_t length = 0;
        const char *body = nullptr;
        auto outcome = detail::call(swc_response_read_all, get(), limit, &body, &length);
        return M::give(outcome ? expected<std::string_view>({body, length})
                               : expected<std::string_view>(std::move(outcome).error()));
    }
    /** Reads what is left of the body into text of yours. */
    template <class M = mode> answer<M, std::string> text(std::size_t limit = SIZE_MAX)
    {
        auto body = read_all<nothrow>(limit);
        return M::give(body ? expected<std::string>(std::string(*body))
                            : expected<std::string>(std::move(body).error()));
    }
    /** Writes what is left of the body to a descriptor; see swc_response_write_to_fd(). */
    template <class M = mode> answer<M, std::uint64_t> write_to_fd(std::int32_t fd)
    {
        return detail::number<M, std::uint64_t>(swc_response_write_to_fd, get(), fd);
    }
    /** Writes what is left of the body to a file, which appears when it is whole; see swc_response_write_to_file(). */
    template <class M = mode> answer<M, std::uint64_t> write_to_file(const zstring &path)
    {
        return detail::number<M, std::uint64_t>(swc_response_write_to_file, get(), path);
    }
    /** Writes what is left of the body to a stream; status::io when that takes it no longer. */
    template <class M = mode> answer<M, std::uint64_t> write_to(std::ostream &stream)
    {
        const auto buffer = std::make_unique<char[]>(buffer_size);
        std::uint64_t written = 0;
        for (;;) {
            auto length = read<nothrow>(buffer.get(), buffer_size);
            if (!length)
                return M::give(expected<std::uint64_t>(std::move(length).error()));
            if (*length == 0)
                return M::give(expected<std::uint64_t>(written));
            if (!stream.write(buffer.get(), static_cast<std::streamsize>(*length)))
                return M::give(expected<std::uint64_t>(error(status::io, "the stream takes no more bytes")));
            written += *length;
        }
    }
    /** Goes to the next part of the answer to a request for several ranges; see swc_response_next_part(). */
    template <class M = mode> answer<M, std::optional<part>> next_part()
    {
        std::uint64_t offset = 0, length = 0;
        std::int64_t size = -1;
        auto outcome = detail::call(swc_response_next_part, get(), &offset, &length, &size);
        if (!outcome)
            return M::give(expected<std::optional<part>>(std::move(outcome).error()));
        if (*outcome == swc::status::end)
            return M::give(expected<std::optional<part>>(std::nullopt));
        part found{offset, length, detail::known(size)};
        if (length == UINT64_MAX)
            found.length = std::nullopt;
        return M::give(expected<std::optional<part>>(found));
    }

  private:
    static constexpr std::size_t buffer_size = 256 * 1024;
};

/** A row of a listing, until the next one is asked for: see swc_entry. */
class entry : public view<const swc_entry> {
    const swc_entry *self() const noexcept { return view::get(); }

  public:
    using view::get;
    using view::view;
    /**
     * Tells the name of the container or object; of a pseudo-directory the part up to and with the delimiter. See
     * swc_entry_name().
     */
    std::string_view name() const noexcept { return detail::view(swc_entry_name(self())); }
    /**
     * Tells whether the row is a pseudo-directory, which a listing with a delimiter has. See swc_entry_is_subdir().
     */
    bool is_subdir() const noexcept { return swc_entry_is_subdir(self()); }
    /** Tells the size of an object, or of all objects in a container; see swc_entry_bytes(). */
    std::uint64_t bytes() const noexcept { return swc_entry_bytes(self()); }
    /** Tells how many objects a container holds; see swc_entry_count(). */
    std::uint64_t count() const noexcept { return swc_entry_count(self()); }
    /** Tells the ETag of an object: the MD5 of its bytes for all but large objects; see swc_entry_hash(). */
    std::optional<std::string_view> hash() const noexcept { return detail::maybe(swc_entry_hash(self())); }
    /** Tells the media type of an object; see swc_entry_content_type(). */
    std::optional<std::string_view> content_type() const noexcept
    {
        return detail::maybe(swc_entry_content_type(self()));
    }
    /** Tells when the object or container was last changed; see swc_entry_last_modified(). */
    std::optional<time_point> last_modified() const noexcept
    {
        return detail::seconds_at(swc_entry_last_modified(self()));
    }
    /** Tells when the object or container was last changed, to the microsecond; see swc_entry_last_modified_us(). */
    std::optional<time_point> last_modified_us() const noexcept
    {
        return detail::microseconds_at(swc_entry_last_modified_us(self()));
    }
    /** Tells the storage policy of a container; older servers do not list it; see swc_entry_storage_policy(). */
    std::optional<std::string_view> storage_policy() const noexcept
    {
        return detail::maybe(swc_entry_storage_policy(self()));
    }
    /**
     * Tells the ETag that a static large object (SLO) has when it is read; swc_entry_hash() is that of its manifest.
     * See swc_entry_slo_etag().
     */
    std::optional<std::string_view> slo_etag() const noexcept { return detail::maybe(swc_entry_slo_etag(self())); }
    /**
     * Tells what a symlink leads to, as "/v1/account/container/object", percent-encoded. See swc_entry_symlink_path().
     */
    std::optional<std::string_view> symlink_path() const noexcept
    {
        return detail::maybe(swc_entry_symlink_path(self()));
    }
    /** Tells the ETag of the object that a static symlink leads to; see swc_entry_symlink_etag(). */
    std::optional<std::string_view> symlink_etag() const noexcept
    {
        return detail::maybe(swc_entry_symlink_etag(self()));
    }
    /**
     * Tells the size of the object that a static symlink leads to; that of the symlink itself is 0. See
     * swc_entry_symlink_bytes().
     */
    std::optional<std::uint64_t> symlink_bytes() const noexcept
    {
        return detail::known(swc_entry_symlink_bytes(self()));
    }
    /**
     * Tells the version of a row in a listing of versions; "null" is what was stored without versions. See
     * swc_entry_version_id().
     */
    std::optional<std::string_view> version_id() const noexcept { return detail::maybe(swc_entry_version_id(self())); }
    /**
     * Tells whether the row is the version that the name shows, in a listing of versions. See swc_entry_is_latest().
     */
    bool is_latest() const noexcept { return swc_entry_is_latest(self()); }
    /**
     * Tells whether the row says that the object was deleted then, in a listing of versions. See
     * swc_entry_is_delete_marker().
     */
    bool is_delete_marker() const noexcept { return swc_entry_is_delete_marker(self()); }
    /**
     * Tells whether the object is kept as a version, in an ordinary listing of a container with versions. See
     * swc_entry_is_version_symlink().
     */
    bool is_version_symlink() const noexcept { return swc_entry_is_version_symlink(self()); }
    /**
     * Finds a field of the row by the key the server gives it, such as "version_id" or "symlink_path". See
     * swc_entry_get().
     */
    std::optional<std::string_view> get(const zstring &key) const noexcept
    {
        return detail::maybe(swc_entry_get(self(), key.c()));
    }
    /** Gives the whole row as the server wrote it: a JSON object with every key; see swc_entry_json(). */
    std::string_view json() const noexcept { return detail::view(swc_entry_json(self())); }
    /** Gives the fields of the row; see swc_entry_field_at(). */
    auto fields() const { return detail::pairs(self(), swc_entry_field_at, swc_entry_field_count(self())); }
};

namespace detail {

inline auto next_entry(swc_listing *) noexcept { return swc_listing_next; }
inline auto next_entry(swc_result *) noexcept { return swc_result_next_entry; }

template <class M, class H> answer<M, std::optional<entry>> next_row(H *from)
{
    auto row = output<const swc_entry *, const swc_entry *>(next_entry(from), from);
    if (!row)
        return M::give(expected<std::optional<entry>>(std::move(row).error()));
    return M::give(expected<std::optional<entry>>(*row ? std::optional<entry>(*row) : std::nullopt));
}

} // namespace detail

/**
 * The rows of a listing or of a page, for range-for: an input range, to be gone through once.
 *
 * Each row lives until the next step, and so do the copies of it. A failure ends the rows: it is thrown, or
 * put where it was asked for.
 */
template <class H> class entry_range {
  public:
    class iterator {
      public:
        using iterator_category = std::input_iterator_tag;
        using value_type = entry;
        using difference_type = std::ptrdiff_t;
        using reference = const entry &;
        using pointer = const entry *;

        iterator() noexcept = default;
        iterator(H *from, expected<void> *outcome) : from_(from), outcome_(outcome) { ++*this; }
        reference operator*() const noexcept { return row_; }
        pointer operator->() const noexcept { return &row_; }
        iterator &operator++()
        {
            auto row = detail::next_row<nothrow>(from_);
            row_ = row && *row ? **row : entry();
            if (row)
                return *this;
            if (outcome_)
                *outcome_ = std::move(row).error();
#if SWC_EXCEPTIONS
            else
                row.error().raise();
#endif
            return *this;
        }
        // There is nothing to give back: the row is gone with the step.
        void operator++(int) { ++*this; }
        friend bool operator==(const iterator &a, const iterator &b) noexcept { return a.row_.get() == b.row_.get(); }
        friend bool operator!=(const iterator &a, const iterator &b) noexcept { return !(a == b); }

      private:
        H *from_ = nullptr;
        expected<void> *outcome_ = nullptr;
        entry row_;
    };

    entry_range(H *from, expected<void> *outcome) noexcept : from_(from), outcome_(outcome) {}
    /** Asks for the first row there is left. */
    iterator begin() const { return iterator(from_, outcome_); }
    iterator end() const noexcept { return {}; }

  private:
    H *from_;
    expected<void> *outcome_;
};

/**
 * The containers of an account or the objects of a container, row by row: see swc_listing.
 *
 * `for (const swc::entry &row : connection.list_container("photos"))`, once. It may be moved meanwhile.
 */
class listing : public owner<swc_listing> {
    const swc_listing *self() const noexcept { return get(); }

  public:
    using owner::owner;
    /** Gets the next row, or std::nullopt at the end; after a failure call it again. See swc_listing_next(). */
    template <class M = mode> answer<M, std::optional<entry>> next() { return detail::next_row<M>(get()); }
#if SWC_EXCEPTIONS
    /** The rows there are left; a step that fails throws. */
    entry_range<swc_listing>::iterator begin() { return {get(), nullptr}; }
    entry_range<swc_listing>::iterator end() noexcept { return {}; }
#endif
    /**
     * The rows there are left, without exceptions: those end at a failure, which is then in `outcome`.
     *
     * The listing must be a variable: a temporary one is gone before the first row.
     */
    entry_range<swc_listing> rows(expected<void> &outcome)
    {
        outcome = expected<void>();
        return {get(), &outcome};
    }
    /** Finds a header of the page that was read last, such as "X-Container-Object-Count"; see swc_listing_header(). */
    std::optional<std::string_view> header(const zstring &name) const noexcept
    {
        return detail::maybe(swc_listing_header(self(), name.c()));
    }
    /** Gives the response that brought the page read last, before the first none; see swc_listing_response(). */
    std::optional<response_view> response() const
    {
        const swc_response *response = swc_listing_response(get());
        return response ? std::optional<response_view>(response) : std::nullopt;
    }
};

/** A client of one account: credentials, token, open sockets and settings. Any thread; see swc_connection. */
class connection : public owner<swc_connection> {
    const swc_connection *self() const noexcept { return get(); }

  public:
    using owner::owner;
#if SWC_EXCEPTIONS
    /** Makes a connection; nothing is sent before the first call. See swc_connection_new(). */
    explicit connection(const config &config) : connection(make<throws>(config)) {}
#endif
    /** The same. */
    template <class M = mode> static answer<M, connection> make(const config &config)
    {
        return detail::make<M, connection>(swc_connection_new, config.get());
    }

    /**
     * Gets a token now instead of at the first call, to learn whether the credentials are good. See
     * swc_connection_authenticate().
     */
    template <class M = mode> answer<M, void> authenticate(const request_arg &request = {}) const
    {
        return detail::run<M>(swc_connection_authenticate, self(), request);
    }
    /**
     * Ends every call in progress on a connection, on whatever thread; they return SWC_ERR_CANCELLED. See
     * swc_connection_interrupt().
     */
    void interrupt() const noexcept { swc_connection_interrupt(get()); }
    /**
     * Tells the storage URL of the account, known once the connection has authenticated. See
     * swc_connection_storage_url().
     */
    template <class M = mode> answer<M, std::string> storage_url() const
    {
        return detail::text<M>(swc_connection_storage_url, self());
    }
    /** Tells the token, known once the connection has authenticated; see swc_connection_token(). */
    template <class M = mode> answer<M, std::string> token() const
    {
        return detail::text<M>(swc_connection_token, self());
    }
    /**
     * Asks what the cluster offers (GET /info), as JSON in the body of the response. See
     * swc_connection_capabilities().
     */
    template <class M = mode> answer<M, swc::response> capabilities(const request_arg &request = {}) const
    {
        return detail::make<M, swc::response>(swc_connection_capabilities, self(), request);
    }
    /** Closes the sockets that lie idle, as before a long rest; see swc_connection_close_idle(). */
    void close_idle() const noexcept { swc_connection_close_idle(get()); }
    /** Asks for the metadata of the account: X-Account-* headers (HEAD); see swc_connection_head_account(). */
    template <class M = mode> answer<M, swc::response> head_account(const request_arg &request = {}) const
    {
        return detail::make<M, swc::response>(swc_connection_head_account, self(), request);
    }
    /** Changes metadata of the account (POST); what is not named stays; see swc_connection_post_account(). */
    template <class M = mode> answer<M, swc::response> post_account(const request_arg &request = {}) const
    {
        return detail::make<M, swc::response>(swc_connection_post_account, self(), request);
    }
    /**
     * Creates the account (PUT): the one of the storage URL, which the key "os_storage_url" sets. See
     * swc_connection_put_account().
     */
    template <class M = mode> answer<M, swc::response> put_account(const request_arg &request = {}) const
    {
        return detail::make<M, swc::response>(swc_connection_put_account, self(), request);
    }
    /**
     * Deletes the account with everything in it (DELETE): the one of the storage URL. See
     * swc_connection_delete_account().
     */
    template <class M = mode> answer<M, swc::response> delete_account(const request_arg &request = {}) const
    {
        return detail::make<M, swc::response>(swc_connection_delete_account, self(), request);
    }
    /** Reads one page of the list of containers as the server sends it (GET); see swc_connection_get_account(). */
    template <class M = mode> answer<M, swc::response> get_account(const request_arg &request = {}) const
    {
        return detail::make<M, swc::response>(swc_connection_get_account, self(), request);
    }
    /** Lists the containers of the account, from the first to the last; see swc_connection_list_account(). */
    template <class M = mode> answer<M, listing> list_account(const request_arg &request = {}) const
    {
        return detail::make<M, listing>(swc_connection_list_account, self(), request);
    }
    /** Deletes many objects and containers (POST ?bulk-delete); see swc_connection_bulk_delete(). */
    template <class M = mode>
    answer<M, report> bulk_delete(const zstrings &paths, const request_arg &request = {}) const
    {
        return detail::make<M, report>(swc_connection_bulk_delete, self(), paths, paths.size(), request);
    }
    /**
     * Uploads an archive, which the server unpacks into objects (PUT ?extract-archive). See
     * swc_connection_upload_archive().
     */
    template <class M = mode>
    answer<M, report> upload_archive(const opt_zstring &container, const opt_zstring &prefix, archive format,
                                     const source_arg &source, const request_arg &request = {}) const
    {
        return detail::make<M, report>(swc_connection_upload_archive, self(), container, prefix, format, source,
                                       request);
    }
    /** Asks what the cluster offers (GET /info) and takes the answer apart; see swc_connection_read_capabilities(). */
    template <class M = mode>
    answer<M, swc::capabilities> read_capabilities(const opt_zstring &url = {}, const request_arg &request = {}) const
    {
        return detail::make<M, swc::capabilities>(swc_connection_read_capabilities, self(), url, request);
    }
    /** Asks whether the server is up (GET /healthcheck); see swc_connection_healthcheck(). */
    template <class M = mode> answer<M, void> healthcheck(const request_arg &request = {}) const
    {
        return detail::run<M>(swc_connection_healthcheck, self(), request);
    }
    /**
     * Asks for the cross-domain policy (GET /crossdomain.xml), as XML in the body of the response. See
     * swc_connection_crossdomain().
     */
    template <class M = mode> answer<M, swc::response> crossdomain(const request_arg &request = {}) const
    {
        return detail::make<M, swc::response>(swc_connection_crossdomain, self(), request);
    }
    /**
     * Asks where an object, a container or the account lies: on which storage nodes (GET /endpoints). See
     * swc_connection_endpoints().
     */
    template <class M = mode>
    answer<M, swc::endpoints> endpoints(const opt_zstring &container = {}, const opt_zstring &object = {},
                                        const request_arg &request = {}) const
    {
        return detail::make<M, swc::endpoints>(swc_connection_endpoints, self(), container, object, request);
    }
    /** Makes a temporary URL for an object of the account; see swc_connection_sign_tempurl(). */
    template <class M = mode>
    answer<M, std::string> sign_tempurl(const zstring &container, const zstring &object,
                                        const swc::tempurl &tempurl, const request_arg &request = {}) const
    {
        return detail::text<M>(swc_connection_sign_tempurl, self(), container, object, tempurl.get(), request);
    }
    /** Signs a form for uploads into a container of the account; see swc_connection_sign_formpost(). */
    template <class M = mode>
    answer<M, void> sign_formpost(const zstring &container, const zstring &prefix, swc::formpost &formpost,
                                  const request_arg &request = {}) const
    {
        return detail::run<M>(swc_connection_sign_formpost, self(), container, prefix, formpost.get(), request);
    }
    /** Asks for the metadata of a container: X-Container-* headers (HEAD); see swc_connection_head_container(). */
    template <class M = mode>
    answer<M, swc::response> head_container(const zstring &container, const request_arg &request = {}) const
    {
        return detail::make<M, swc::response>(swc_connection_head_container, self(), container, request);
    }
    /**
     * Creates a container, or changes metadata of the one that is there (PUT). swc_response_status() tells which: 201
     * for a new one, 202 for one that was there. See swc_connection_put_container().
     */
    template <class M = mode>
    answer<M, swc::response> put_container(const zstring &container, const request_arg &request = {}) const
    {
        return detail::make<M, swc::response>(swc_connection_put_container, self(), container, request);
    }
    /** Changes metadata of a container (POST); what is not named stays; see swc_connection_post_container(). */
    template <class M = mode>
    answer<M, swc::response> post_container(const zstring &container, const request_arg &request = {}) const
    {
        return detail::make<M, swc::response>(swc_connection_post_container, self(), container, request);
    }
    /** Deletes a container, which must be empty; see swc_connection_delete_container(). */
    template <class M = mode>
    answer<M, swc::response> delete_container(const zstring &container, const request_arg &request = {}) const
    {
        return detail::make<M, swc::response>(swc_connection_delete_container, self(), container, request);
    }
    /** Reads one page of the list of objects as the server sends it (GET); see swc_connection_get_container(). */
    template <class M = mode>
    answer<M, swc::response> get_container(const zstring &container, const request_arg &request = {}) const
    {
        return detail::make<M, swc::response>(swc_connection_get_container, self(), container, request);
    }
    /**
     * Asks what may be done with a container or object, as a browser does for a page of another origin (OPTIONS,
     * CORS). See swc_connection_options().
     */
    template <class M = mode>
    answer<M, swc::response> options(const zstring &container, const opt_zstring &object,
                                     const opt_zstring &origin, const zstring &method,
                                     const request_arg &request = {}) const
    {
        return detail::make<M, swc::response>(swc_connection_options, self(), container, object, origin, method,
                                              request);
    }
    /** Lists the objects of a container, from the first to the last; see swc_connection_list_container(). */
    template <class M = mode>
    answer<M, listing> list_container(const zstring &container, const request_arg &request = {}) const
    {
        return detail::make<M, listing>(swc_connection_list_container, self(), container, request);
    }
    /**
     * Copies an object inside the cluster (COPY); no bytes pass through the caller. See swc_connection_copy_object().
     */
    template <class M = mode>
    answer<M, swc::response> copy_object(const zstring &container, const zstring &object,
                                         const opt_zstring &destination_container,
                                         const opt_zstring &destination_object, const request_arg &request = {}) const
    {
        return detail::make<M, swc::response>(swc_connection_copy_object, self(), container, object,
                                              destination_container, destination_object, request);
    }
    /**
     * Moves an object inside the cluster: copies it, makes sure of the copy, and deletes the source. See
     * swc_connection_move_object().
     */
    template <class M = mode>
    answer<M, swc::response> move_object(const zstring &container, const zstring &object,
                                         const opt_zstring &destination_container,
                                         const opt_zstring &destination_object, const request_arg &request = {}) const
    {
        return detail::make<M, swc::response>(swc_connection_move_object, self(), container, object,
                                              destination_container, destination_object, request);
    }
    /**
     * Stores a dynamic large object: an empty object whose bytes are those of its segments. See
     * swc_connection_put_dlo().
     */
    template <class M = mode>
    answer<M, swc::response> put_dlo(const zstring &container, const zstring &object,
                                     const zstring &segment_container, const zstring &prefix,
                                     const request_arg &request = {}) const
    {
        return detail::make<M, swc::response>(swc_connection_put_dlo, self(), container, object,
                                              segment_container, prefix, request);
    }
    /**
     * Replaces the metadata of a dynamic large object, which stays one. swc_connection_post_object() would make it an
     * empty object, unless swc_request_set_dlo() repeats where its segments are; this asks the server and repeats it.
     * See swc_connection_post_dlo().
     */
    template <class M = mode>
    answer<M, swc::response> post_dlo(const zstring &container, const zstring &object,
                                      const request_arg &request = {}) const
    {
        return detail::make<M, swc::response>(swc_connection_post_dlo, self(), container, object, request);
    }
    /** Deletes a dynamic large object together with its segments; see swc_connection_delete_dlo(). */
    template <class M = mode>
    answer<M, report> delete_dlo(const zstring &container, const zstring &object,
                                 const request_arg &request = {}) const
    {
        return detail::make<M, report>(swc_connection_delete_dlo, self(), container, object, request);
    }
    /** Waits until a dynamic large object has the size it should have; see swc_connection_wait_dlo(). */
    template <class M = mode>
    answer<M, swc::response> wait_dlo(const zstring &container, const zstring &object, std::uint64_t size,
                                      const request_arg &request = {}) const
    {
        return detail::make<M, swc::response>(swc_connection_wait_dlo, self(), container, object, size, request);
    }
    /** Replaces the metadata of an object (POST); what is not set again is gone; see swc_connection_post_object(). */
    template <class M = mode>
    answer<M, swc::response> post_object(const zstring &container, const zstring &object,
                                         const request_arg &request = {}) const
    {
        return detail::make<M, swc::response>(swc_connection_post_object, self(), container, object, request);
    }
    /**
     * Changes the metadata of an object in part: what the request does not mention stays as it is. See
     * swc_connection_update_object_metadata().
     */
    template <class M = mode>
    answer<M, swc::response> update_object_metadata(const zstring &container, const zstring &object,
                                                    const request_arg &request = {}) const
    {
        return detail::make<M, swc::response>(swc_connection_update_object_metadata, self(), container, object,
                                              request);
    }
    /** Asks for the metadata of an object (HEAD); see swc_connection_head_object(). */
    template <class M = mode>
    answer<M, swc::response> head_object(const zstring &container, const zstring &object,
                                         const request_arg &request = {}) const
    {
        return detail::make<M, swc::response>(swc_connection_head_object, self(), container, object, request);
    }
    /** Gets an object (GET); its bytes are then read from the response; see swc_connection_get_object(). */
    template <class M = mode>
    answer<M, swc::response> get_object(const zstring &container, const zstring &object,
                                        const request_arg &request = {}) const
    {
        return detail::make<M, swc::response>(swc_connection_get_object, self(), container, object, request);
    }
    /** Stores an object (PUT), in place of one that has the name; see swc_connection_put_object(). */
    template <class M = mode>
    answer<M, swc::response> put_object(const zstring &container, const zstring &object,
                                        const source_arg &source, const request_arg &request = {}) const
    {
        return detail::make<M, swc::response>(swc_connection_put_object, self(), container, object, source, request);
    }
    /** Deletes an object; see swc_connection_delete_object(). */
    template <class M = mode>
    answer<M, swc::response> delete_object(const zstring &container, const zstring &object,
                                           const request_arg &request = {}) const
    {
        return detail::make<M, swc::response>(swc_connection_delete_object, self(), container, object, request);
    }
    /** Makes any other request, for what has no function of its own; see swc_connection_request(). */
    template <class M = mode>
    answer<M, swc::response> request(const zstring &method, const zstring &target, const source_arg &source = {},
                                     const request_arg &request = {}) const
    {
        return detail::make<M, swc::response>(swc_connection_request, self(), method, target, source, request);
    }
    /**
     * Asks for the metadata of the object at a URL that needs no token, such as a temporary one (HEAD). See
     * swc_connection_head_url().
     */
    template <class M = mode>
    answer<M, swc::response> head_url(const zstring &url, const request_arg &request = {}) const
    {
        return detail::make<M, swc::response>(swc_connection_head_url, self(), url, request);
    }
    /** Gets the object at a URL that needs no token, such as a temporary one (GET); see swc_connection_get_url(). */
    template <class M = mode>
    answer<M, swc::response> get_url(const zstring &url, const request_arg &request = {}) const
    {
        return detail::make<M, swc::response>(swc_connection_get_url, self(), url, request);
    }
    /**
     * Stores an object at a URL that needs no token, such as a temporary one for PUT. See swc_connection_put_url().
     */
    template <class M = mode>
    answer<M, swc::response> put_url(const zstring &url, const source_arg &source,
                                     const request_arg &request = {}) const
    {
        return detail::make<M, swc::response>(swc_connection_put_url, self(), url, source, request);
    }
    /**
     * Replaces the metadata of the object at a URL that needs no token, such as a temporary one for POST. See
     * swc_connection_post_url().
     */
    template <class M = mode>
    answer<M, swc::response> post_url(const zstring &url, const request_arg &request = {}) const
    {
        return detail::make<M, swc::response>(swc_connection_post_url, self(), url, request);
    }
    /**
     * Deletes the object at a URL that needs no token, such as a temporary one for DELETE. See
     * swc_connection_delete_url().
     */
    template <class M = mode>
    answer<M, swc::response> delete_url(const zstring &url, const request_arg &request = {}) const
    {
        return detail::make<M, swc::response>(swc_connection_delete_url, self(), url, request);
    }
    /**
     * Stores a static large object: its manifest, whose segments the server has already (PUT ?multipart-manifest=put).
     * See swc_connection_put_slo().
     */
    template <class M = mode>
    answer<M, swc::response> put_slo(const zstring &container, const zstring &object,
                                     const swc::manifest &manifest, const request_arg &request = {}) const
    {
        return detail::make<M, swc::response>(swc_connection_put_slo, self(), container, object, manifest.get(),
                                              request);
    }
    /**
     * Reads the manifest of a static large object (GET ?multipart-manifest=get). See
     * swc_connection_get_slo_manifest().
     */
    template <class M = mode>
    answer<M, manifest> get_slo_manifest(const zstring &container, const zstring &object,
                                         const request_arg &request = {}) const
    {
        return detail::make<M, manifest>(swc_connection_get_slo_manifest, self(), container, object, request);
    }
    /**
     * Deletes a static large object together with its segments (DELETE ?multipart-manifest=delete).
     * swc_connection_delete_object() deletes the manifest alone. See swc_connection_delete_slo().
     */
    template <class M = mode>
    answer<M, report> delete_slo(const zstring &container, const zstring &object, bool later,
                                 const request_arg &request = {}) const
    {
        return detail::make<M, report>(swc_connection_delete_slo, self(), container, object, later, request);
    }
    /** Makes a symlink: an object that stands for another one; see swc_connection_put_symlink(). */
    template <class M = mode>
    answer<M, swc::response> put_symlink(const zstring &container, const zstring &object,
                                         const opt_zstring &target_account, const zstring &target_container,
                                         const zstring &target_object, const opt_zstring &target_etag,
                                         const request_arg &request = {}) const
    {
        return detail::make<M, swc::response>(swc_connection_put_symlink, self(), container, object,
                                              target_account, target_container, target_object, target_etag,
                                              request);
    }
    /**
     * Makes a version of an object the current one again; no bytes are copied. See
     * swc_connection_restore_object_version().
     */
    template <class M = mode>
    answer<M, swc::response> restore_object_version(const zstring &container, const zstring &object,
                                                    const zstring &version_id, const request_arg &request = {}) const
    {
        return detail::make<M, swc::response>(swc_connection_restore_object_version, self(), container, object,
                                              version_id, request);
    }
    /**
     * Gets what a connection works with now: storage URL, tokens, and when they expire. See swc_connection_session().
     */
    template <class M = mode> answer<M, swc::session> session() const
    {
        return detail::make<M, swc::session>(swc_connection_session, self());
    }
};

/** An object that is read as a file is: see swc_reader. As a std::istream there is swc::istream. */
class reader : public owner<swc_reader> {
    const swc_reader *self() const noexcept { return get(); }

  public:
    using owner::owner;
#if SWC_EXCEPTIONS
    /** Opens an object for reading; see swc_reader_new(). */
    reader(const connection &connection, const zstring &container, const zstring &object,
           const request_arg &request = {})
        : reader(make<throws>(connection, container, object, request))
    {
    }
#endif
    /** The same. */
    template <class M = mode>
    static answer<M, reader> make(const connection &connection, const zstring &container, const zstring &object,
                                  const request_arg &request = {})
    {
        return detail::make<M, reader>(swc_reader_new, connection.get(), container, object, request);
    }
    /** Opens the object at a URL that needs no token, for reading; see swc_reader_new_url(). */
    template <class M = mode>
    static answer<M, reader> make_url(const connection &connection, const zstring &url, const request_arg &request = {})
    {
        return detail::make<M, reader>(swc_reader_new_url, connection.get(), url, request);
    }

    /** Reads on from the position and tells how many bytes that were, 0 at the end; see swc_reader_read(). */
    template <class M = mode> answer<M, std::size_t> read(void *buffer, std::size_t size)
    {
        return detail::number<M, std::size_t>(swc_reader_read, get(), buffer, size);
    }
    /** Reads from any place and tells how many bytes that were, 0 at the end; see swc_reader_pread(). Any thread. */
    template <class M = mode> answer<M, std::size_t> pread(std::uint64_t offset, void *buffer, std::size_t size) const
    {
        return detail::number<M, std::size_t>(swc_reader_pread, self(), offset, buffer, size);
    }
    /** Sets the position where read() goes on; see swc_reader_seek(). */
    template <class M = mode> chain<M, reader> seek(std::uint64_t offset)
    {
        return detail::set<M>(*this, swc_reader_seek, offset);
    }
    /** Tells the position where swc_reader_read() goes on; see swc_reader_tell(). */
    std::uint64_t tell() const noexcept { return swc_reader_tell(self()); }
    /** Tells the size of the object; see swc_reader_size(). */
    std::uint64_t size() const noexcept { return swc_reader_size(self()); }
    /** Tells the ETag of the object, without quotes; see swc_reader_etag(). */
    std::string_view etag() const noexcept { return detail::view(swc_reader_etag(self())); }
    /** Finds a header that the object had when it was opened, such as its metadata; see swc_reader_header(). */
    std::optional<std::string_view> header(const zstring &name) const noexcept
    {
        return detail::maybe(swc_reader_header(self(), name.c()));
    }
    /**
     * Tells whether all of the object was read in one pass from its first byte, and every byte was checked by MD5. See
     * swc_reader_is_verified().
     */
    bool is_verified() const noexcept { return swc_reader_is_verified(self()); }
};

/**
 * An object that is written piece by piece, as a file is: see swc_writer. As a std::ostream there is swc::ostream.
 *
 * Nothing appears under its name before finish(); a writer that is destroyed without gives the object up.
 */
class writer : public owner<swc_writer> {
    const swc_writer *self() const noexcept { return get(); }

  public:
    using owner::owner;
#if SWC_EXCEPTIONS
    /** Begins to write an object; see swc_writer_new(). */
    writer(const connection &connection, const zstring &container, const zstring &object,
           const options_arg &options = {}, const request_arg &request = {})
        : writer(make<throws>(connection, container, object, options, request))
    {
    }
#endif
    /** The same. */
    template <class M = mode>
    static answer<M, writer> make(const connection &connection, const zstring &container, const zstring &object,
                                  const options_arg &options = {}, const request_arg &request = {})
    {
        return detail::make<M, writer>(swc_writer_new, connection.get(), container, object, options, request);
    }

    /** Writes bytes, which are copied; see swc_writer_write(). */
    template <class M = mode> chain<M, writer> write(std::string_view bytes)
    {
        return write<M>(bytes.data(), bytes.size());
    }
    template <class M = mode> chain<M, writer> write(const void *data, std::size_t size)
    {
        return detail::set<M>(*this, swc_writer_write, data, size);
    }
    /** Sends what is left, and stores the object; see swc_writer_finish(). */
    template <class M = mode> answer<M, response> finish()
    {
        return detail::make<M, response>(swc_writer_finish, get());
    }
    /** Gives the object up, and waits until its segments are deleted; see swc_writer_abort(). */
    template <class M = mode> chain<M, writer> abort() { return detail::set<M>(*this, swc_writer_abort); }
    /** Tells how many bytes were written; see swc_writer_bytes_written(). */
    std::uint64_t bytes_written() const noexcept { return swc_writer_bytes_written(self()); }
};

namespace detail {

/** A buffer of a std::istream over what can be read; from a reader it goes to any place. */
template <class From> class input_buffer : public std::streambuf {
  public:
    explicit input_buffer(From from) : from_(std::move(from)), buffer_(new char[size]) {}

    From &from() noexcept { return from_; }
    const std::optional<error> &failure() const noexcept { return failure_; }

  protected:
    int_type underflow() override
    {
        if (gptr() == egptr()) {
            const std::size_t length = read(buffer_.get(), size);
            setg(buffer_.get(), buffer_.get(), buffer_.get() + length);
        }
        return gptr() == egptr() ? traits_type::eof() : traits_type::to_int_type(*gptr());
    }

    std::streamsize xsgetn(char *to, std::streamsize wanted) override
    {
        std::streamsize done = 0;
        while (done < wanted) {
            if (gptr() == egptr() && wanted - done >= static_cast<std::streamsize>(size)) {
                // Much is wanted: not by way of the buffer, which then holds nothing.
                setg(buffer_.get(), buffer_.get(), buffer_.get());
                const std::size_t length = read(to + done, static_cast<std::size_t>(wanted - done));
                if (length == 0)
                    break;
                done += static_cast<std::streamsize>(length);
                continue;
            }
            if (underflow() == traits_type::eof())
                break;
            const std::streamsize length = std::min<std::streamsize>(egptr() - gptr(), wanted - done);
            std::memcpy(to + done, gptr(), static_cast<std::size_t>(length));
            gbump(static_cast<int>(length));
            done += length;
        }
        return done;
    }

    pos_type seekoff(off_type by, std::ios_base::seekdir from, std::ios_base::openmode which) override
    {
        if (!(which & std::ios_base::in))
            return pos_type(off_type(-1));
        if constexpr (seekable) {
            const auto at = static_cast<off_type>(from_.tell()) - (egptr() - gptr());
            if (from == std::ios_base::cur && by == 0)
                return pos_type(at);
            const off_type base = from == std::ios_base::beg   ? 0
                                  : from == std::ios_base::cur ? at
                                                               : static_cast<off_type>(from_.size());
            return seekpos(pos_type(base + by), which);
        } else {
            if (from == std::ios_base::cur && by == 0)
                return pos_type(static_cast<off_type>(from_.bytes_read()) - (egptr() - gptr()));
            return pos_type(off_type(-1));
        }
    }

    pos_type seekpos(pos_type to, std::ios_base::openmode which) override
    {
        if constexpr (seekable) {
            const off_type there = to;
            if (!(which & std::ios_base::in) || there < 0)
                return pos_type(off_type(-1));
            const auto end = static_cast<off_type>(from_.tell());
            const off_type start = end - (egptr() - eback());
            if (there >= start && there <= end && eback() != egptr()) {
                setg(eback(), eback() + (there - start), egptr());
                return to;
            }
            auto outcome = from_.template seek<nothrow>(static_cast<std::uint64_t>(there));
            setg(buffer_.get(), buffer_.get(), buffer_.get());
            if (!outcome) {
                failure_ = std::move(outcome).error();
                return pos_type(off_type(-1));
            }
            // A place that can be read from again, whatever failed elsewhere.
            failure_.reset();
            return to;
        } else {
            return std::streambuf::seekpos(to, which);
        }
    }

  private:
    static constexpr std::size_t size = 64 * 1024;
    static constexpr bool seekable = std::is_same_v<From, reader>;

    // A failure is thrown, for the stream to note as its badbit, or looks like the end; failure() tells.
    std::size_t read(char *to, std::size_t most)
    {
        auto length = from_.template read<nothrow>(to, most);
        failure_.reset();
        if (length)
            return *length;
        failure_ = std::move(length).error();
#if SWC_EXCEPTIONS
        failure_->raise();
#else
        return 0;
#endif
    }

    From from_;
    std::unique_ptr<char[]> buffer_;
    std::optional<error> failure_;
};

/** A buffer of a std::ostream over a writer. */
class output_buffer : public std::streambuf {
  public:
    explicit output_buffer(writer to) : to_(std::move(to)), buffer_(new char[size])
    {
        setp(buffer_.get(), buffer_.get() + size);
    }

    writer &to() noexcept { return to_; }
    const std::optional<error> &failure() const noexcept { return failure_; }
    /** Hands on what is in the buffer. */
    bool flush()
    {
        const auto length = static_cast<std::size_t>(pptr() - pbase());
        setp(buffer_.get(), buffer_.get() + size);
        return length == 0 || write(buffer_.get(), length);
    }

  protected:
    int_type overflow(int_type byte) override
    {
        if (!flush())
            return traits_type::eof();
        if (!traits_type::eq_int_type(byte, traits_type::eof())) {
            *pptr() = traits_type::to_char_type(byte);
            pbump(1);
        }
        return traits_type::not_eof(byte);
    }

    std::streamsize xsputn(const char *from, std::streamsize length) override
    {
        if (length > epptr() - pptr()) {
            if (!flush())
                return 0;
            if (length >= static_cast<std::streamsize>(size))
                return write(from, static_cast<std::size_t>(length)) ? length : 0;
        }
        if (length > 0) {
            std::memcpy(pptr(), from, static_cast<std::size_t>(length));
            pbump(static_cast<int>(length));
        }
        return length;
    }

    int sync() override { return flush() ? 0 : -1; }

    // Tells the position; there is no other.
    pos_type seekoff(off_type by, std::ios_base::seekdir from, std::ios_base::openmode which) override
    {
        if (by != 0 || from != std::ios_base::cur || !(which & std::ios_base::out))
            return pos_type(off_type(-1));
        return pos_type(static_cast<off_type>(to_.bytes_written()) + (pptr() - pbase()));
    }

  private:
    static constexpr std::size_t size = 64 * 1024;

    bool write(const char *from, std::size_t length)
    {
        auto outcome = to_.write<nothrow>(from, length);
        if (outcome)
            return true;
        if (!failure_)
            failure_ = std::move(outcome).error();
#if SWC_EXCEPTIONS
        failure_->raise();
#else
        return false;
#endif
    }

    writer to_;
    std::unique_ptr<char[]> buffer_;
    std::optional<error> failure_;
};

} // namespace detail

/**
 * A std::istream over the bytes of an object, or of the body of a response: see istream and response_istream.
 *
 * As with every stream a failure sets its badbit, and is thrown when `exceptions(std::ios_base::badbit)` was called;
 * at any time failure() has it, and check() throws it: what reached the end without is complete and checked as far as
 * it can be. Cannot be moved.
 */
template <class From> class basic_istream : public std::istream {
  public:
    /** Takes over what is read from. */
    explicit basic_istream(From from) : std::istream(nullptr), buffer_(std::move(from)) { rdbuf(&buffer_); }

    /** What is read from. */
    From &base() noexcept { return buffer_.from(); }
    /** What reading failed with, if it has. */
    const std::optional<error> &failure() const noexcept { return buffer_.failure(); }
    /** Fails with what reading failed with, if it has. */
    template <class M = mode> answer<M, void> check() const
    {
        return M::give(failure() ? expected<void>(*failure()) : expected<void>());
    }

  private:
    detail::input_buffer<From> buffer_;
};

/** A std::istream over an object; it goes to any place, with seekg(). */
class istream : public basic_istream<reader> {
  public:
    using basic_istream::basic_istream;
#if SWC_EXCEPTIONS
    /** Opens an object for reading; see swc_reader_new(). */
    istream(const connection &connection, const zstring &container, const zstring &object,
            const request_arg &request = {})
        : basic_istream(reader(connection, container, object, request))
    {
    }
#endif
};

/** A std::istream over the body of a response, or of a part of it: see swc::response::next_part(). */
using response_istream = basic_istream<response>;

/**
 * A std::ostream that makes an object.
 *
 * Nothing appears under its name before finish(), which must be called: a stream that is destroyed without gives
 * the object up. flush() hands on what is buffered here. Failures are as with swc::istream. Cannot be moved.
 */
class ostream : public std::ostream {
  public:
    /** Takes over a writer. */
    explicit ostream(writer to) : std::ostream(nullptr), buffer_(std::move(to)) { rdbuf(&buffer_); }
#if SWC_EXCEPTIONS
    /** Begins to write an object; see swc_writer_new(). */
    ostream(const connection &connection, const zstring &container, const zstring &object,
            const options_arg &options = {}, const request_arg &request = {})
        : ostream(writer(connection, container, object, options, request))
    {
    }
#endif

    /** What is written to. */
    writer &base() noexcept { return buffer_.to(); }
    /** What writing failed with, if it has. */
    const std::optional<error> &failure() const noexcept { return buffer_.failure(); }
    /** Sends what is left, and stores the object, unless writing has failed before: then it fails with that. */
    template <class M = mode> answer<M, response> finish()
    {
        if (bad() && !failure())
            return M::give(expected<response>(error(status::io, "the stream was marked bad before it was finished")));
        if (!failure())
            (void)flush_here();
        if (failure()) {
            setstate_quietly();
            return M::give(expected<response>(*failure()));
        }
        return base().finish<M>();
    }
    /** Gives the object up, and waits until its segments are deleted; see swc_writer_abort(). */
    template <class M = mode> answer<M, void> abort()
    {
        auto outcome = base().abort<nothrow>();
        return M::give(std::move(outcome));
    }

  private:
    bool flush_here()
    {
#if SWC_EXCEPTIONS
        try {
            return buffer_.flush();
        } catch (...) {
            return false;
        }
#else
        return buffer_.flush();
#endif
    }

    // The badbit, without the exception that some want with it: finish() fails by itself.
    void setstate_quietly()
    {
        const auto wanted = exceptions();
#if SWC_EXCEPTIONS
        exceptions(std::ios_base::goodbit);
        setstate(std::ios_base::badbit);
        try {
            exceptions(wanted);
        } catch (...) {
        }
#else
        (void)wanted;
        setstate(std::ios_base::badbit);
#endif
    }

    detail::output_buffer buffer_;
};

/** Objects that a job is about, each with options of its own if need be: see swc_objects. */
class objects : public owner<swc_objects> {
  public:
    using owner::owner;
    /** Makes an empty list; see swc_objects_new(). */
    objects() : owner(swc_objects_new()) {}
    /** Adds an object to a list; see swc_objects_add(). */
    template <class M = mode> chain<M, objects> add(const zstring &object, const options_arg &options = {})
    {
        return detail::set<M>(*this, swc_objects_add, object, options);
    }
    /** Adds a file to a list for an upload; see swc_objects_add_file(). */
    template <class M = mode>
    chain<M, objects> add_file(const zstring &path, const opt_zstring &object = {}, const options_arg &options = {})
    {
        return detail::set<M>(*this, swc_objects_add_file, path, object, options);
    }
    /** Adds every file below a directory to a list for an upload; see swc_objects_add_tree(). */
    template <class M = mode>
    chain<M, objects> add_tree(const zstring &path, const opt_zstring &prefix = {}, const options_arg &options = {})
    {
        return detail::set<M>(*this, swc_objects_add_tree, path, prefix, options);
    }
    /** Adds bytes from anywhere to a list for an upload; see swc_objects_add_source(). */
    template <class M = mode>
    chain<M, objects> add_source(const zstring &object, const source &source, const options_arg &options = {})
    {
        return detail::set<M>(*this, swc_objects_add_source, object, detail::given<swc_source>(source.get()), options);
    }
    /** Adds an empty object, or with "dir_marker" a marker of a directory, for an upload. */
    template <class M = mode>
    chain<M, objects> add_source(const zstring &object, std::nullptr_t, const options_arg &options = {})
    {
        return detail::set<M>(*this, swc_objects_add_source, object, nullptr, options);
    }
    /** Adds several objects without options of their own to a list; see swc_objects_add_all(). */
    template <class M = mode> chain<M, objects> add_all(const zstrings &names)
    {
        return detail::set<M>(*this, swc_objects_add_all, names, names.size());
    }
    /** Counts the objects of a list; see swc_objects_count(). */
    std::size_t size() const noexcept { return swc_objects_count(get()); }
};

/** Objects for a job: an swc::objects, their names as `{"a", "b"}`, or nullptr for what the verb then means. */
class objects_arg {
  public:
    objects_arg() noexcept = default;
    objects_arg(std::nullptr_t) noexcept {}
    objects_arg(const objects &objects) noexcept : objects_(objects.get()), moved_from_(!objects) {}
    objects_arg(std::initializer_list<std::string_view> names) : own_(objects())
    {
        objects_ = own_.get();
        if (auto outcome = own_.add_all<nothrow>(names); !outcome)
            fault_ = std::move(outcome).error();
    }
    objects_arg(const objects_arg &) = delete;
    objects_arg &operator=(const objects_arg &) = delete;

    const swc_objects *c() const noexcept { return objects_; }
    std::optional<error> fault() const
    {
        // Not as if there was no list: that means all of the container.
        return moved_from_ ? detail::given<swc_objects>(nullptr).fault() : fault_;
    }

  private:
    objects own_{static_cast<swc_objects *>(nullptr)};
    const swc_objects *objects_ = nullptr;
    bool moved_from_ = false;
    std::optional<error> fault_;
};

/** What progress and progress_view tell. */
template <class Self> class progress_facts {
    const swc_progress *self() const noexcept { return static_cast<const Self &>(*this).get(); }

  public:
    /** Tells how many bytes of bodies have been sent and received; see swc_progress_bytes(). */
    std::uint64_t bytes() const noexcept { return swc_progress_bytes(self()); }
    /** Tells how many bytes there are to move in all; see swc_progress_bytes_total(). */
    std::optional<std::uint64_t> bytes_total() const noexcept
    {
        return detail::known(swc_progress_bytes_total(self()));
    }
    /**
     * Tells how many objects are done, the failed ones included; containers and accounts that are named count too. See
     * swc_progress_objects().
     */
    std::uint64_t objects() const noexcept { return swc_progress_objects(self()); }
    /** Tells how many of the objects that are done have failed; see swc_progress_failed(). */
    std::uint64_t failed() const noexcept { return swc_progress_failed(self()); }
    /** Tells how many objects there are to do in all; see swc_progress_objects_total(). */
    std::optional<std::uint64_t> objects_total() const noexcept
    {
        return detail::known(swc_progress_objects_total(self()));
    }
    /** Tells how many bytes a second have moved during the last few seconds; see swc_progress_rate(). */
    double rate() const noexcept { return swc_progress_rate(self()); }
};

/** How far a job or a service is, at one moment: see swc_progress. */
class progress : public owner<swc_progress>, public progress_facts<progress> {
  public:
    using owner::owner;
};

/** The progress in a result, as long as that. */
class progress_view : public view<const swc_progress>, public progress_facts<progress_view> {
  public:
    using view::view;
};

/** What a service has done so far, in all or for one verb: see swc_statistics. */
class statistics : public owner<swc_statistics> {
    const swc_statistics *self() const noexcept { return get(); }

  public:
    using owner::owner;
    /** Tells how many jobs were taken; see swc_statistics_jobs(). */
    std::uint64_t jobs() const noexcept { return swc_statistics_jobs(self()); }
    /** Tells how many HTTP requests were made, those for tokens not included; see swc_statistics_requests(). */
    std::uint64_t requests() const noexcept { return swc_statistics_requests(self()); }
    /** Tells how many of the requests were made because one before had failed; see swc_statistics_retries(). */
    std::uint64_t retries() const noexcept { return swc_statistics_retries(self()); }
    /** Tells how many bytes of bodies were sent; see swc_statistics_bytes_sent(). */
    std::uint64_t bytes_sent() const noexcept { return swc_statistics_bytes_sent(self()); }
    /** Tells how many bytes of bodies were received, listings included; see swc_statistics_bytes_received(). */
    std::uint64_t bytes_received() const noexcept { return swc_statistics_bytes_received(self()); }
    /**
     * Tells how often a new token took the place of one the server did not take any more, or that was about to end.
     * See swc_statistics_reauthentications().
     */
    std::uint64_t reauthentications() const noexcept { return swc_statistics_reauthentications(self()); }
};

/** What a segment is part of: see swc_result_segment(). Its text lives as long as the result. */
struct segment_of {
    std::optional<std::string_view> container, object;
    std::uint64_t index = 0, size = 0;
    std::optional<std::string_view> etag;
};

/** One result of a job: what was done to what, whether it worked, and what came of it. See swc_result. */
class result : public owner<swc_result> {
    const swc_result *self() const noexcept { return get(); }

    struct object_at {
        const swc_result *from = nullptr;
        std::string_view operator()(std::size_t index) const
        {
            return detail::view(swc_result_object_at(from, index));
        }
    };

  public:
    using owner::owner;
    /** Tells the tag the job was given; see swc_result_tag(). */
    std::uint64_t tag() const noexcept { return swc_result_tag(self()); }
    /** Tells the number of the job; see swc_result_job(). */
    std::uint64_t job() const noexcept { return swc_result_job(self()); }
    /** Tells whether this is the last result of its job; see swc_result_is_last(). */
    bool is_last() const noexcept { return swc_result_is_last(self()); }
    /** Tells what was done, in python-swiftclient's words; see swc_result_action(). */
    std::string_view action() const noexcept { return detail::view(swc_result_action(self())); }
    /** Tells whether it worked; see swc_result_success(). */
    bool success() const noexcept { return swc_result_success(self()); }
    /** Tells the status: SWC_OK, or why it did not work; see swc_result_status(). */
    swc::status status() const noexcept { return static_cast<swc::status>(swc_result_status(self())); }
    /** Tells the container it is about; see swc_result_container(). */
    std::optional<std::string_view> container() const noexcept { return detail::maybe(swc_result_container(self())); }
    /** Tells the object it is about; see swc_result_object(). */
    std::optional<std::string_view> object() const noexcept { return detail::maybe(swc_result_object(self())); }
    /** Tells the path of the local file it is about; see swc_result_path(). */
    std::optional<std::string_view> path() const noexcept { return detail::maybe(swc_result_path(self())); }
    /** Tells the HTTP status of the last response; see swc_result_http_status(). */
    std::int32_t http_status() const noexcept { return swc_result_http_status(self()); }
    /** Finds a header of the last response; see swc_result_header(). */
    std::optional<std::string_view> header(const zstring &name) const noexcept
    {
        return detail::maybe(swc_result_header(self(), name.c()));
    }
    /** Tells how many HTTP requests it took, retries included; see swc_result_attempts(). */
    std::uint32_t attempts() const noexcept { return swc_result_attempts(self()); }
    /** Tells how many bytes of bodies were sent or received; see swc_result_bytes(). */
    std::uint64_t bytes() const noexcept { return swc_result_bytes(self()); }
    /** Gives the whole result as JSON, with the keys python-swiftclient's results have; see swc_result_json(). */
    std::string_view json() const noexcept { return detail::view(swc_result_json(self())); }
    /** Tells the marker a page of a list was asked for with: the name before its first; see swc_result_marker(). */
    std::optional<std::string_view> marker() const noexcept { return detail::maybe(swc_result_marker(self())); }
    /**
     * Tells the marker among the versions of one object a page of a list was asked for with; see the option
     * "versions". See swc_result_version_marker().
     */
    std::optional<std::string_view> version_marker() const noexcept
    {
        return detail::maybe(swc_result_version_marker(self()));
    }
    /**
     * Tells which version of the object was deleted, when the option "versions" had it found. See
     * swc_result_version_id().
     */
    std::optional<std::string_view> version_id() const noexcept
    {
        return detail::maybe(swc_result_version_id(self()));
    }
    /** Tells where an object was copied to; see swc_result_destination(). */
    std::optional<std::string_view> destination() const noexcept
    {
        return detail::maybe(swc_result_destination(self()));
    }
    /**
     * Tells whether an object stands for a directory, so that nothing was written: its name ends in "/" and it is
     * empty. See swc_result_pseudodir().
     */
    bool pseudodir() const noexcept { return swc_result_pseudodir(self()); }
    /**
     * Tells what came of it beyond success: "uploaded", "skipped-identical" or "skipped-changed". See
     * swc_result_outcome().
     */
    std::string_view outcome() const noexcept { return detail::view(swc_result_outcome(self())); }
    /** Tells whether an upload made a large object, of segments and a manifest; see swc_result_is_large(). */
    bool is_large() const noexcept { return swc_result_is_large(self()); }
    /** Gives the error of a result that did not work; see swc_result_error(). */
    std::optional<error_view> error() const
    {
        const swc_error *failure = swc_result_error(get());
        return failure ? std::optional<error_view>(failure) : std::nullopt;
    }
    /** Fails with the error of a result that did not work, which then is empty: the error has taken it along. */
    template <class M = mode> answer<M, void> check()
    {
        if (!get() || success())
            return M::give(expected<void>());
        const swc::status why = status();
        const std::shared_ptr<swc_result> all(release(), detail::deleter());
        const std::shared_ptr<const swc_error> failure(all, swc_result_error(all.get()));
        return M::give(expected<void>(swc::error(why, failure)));
    }
    /** Gives what the server told of each path, if it did; see swc_result_report(). */
    std::optional<report_view> report() const
    {
        const swc_report *report = swc_result_report(get());
        return report ? std::optional<report_view>(report) : std::nullopt;
    }
    /** Gives the progress of the job, in a result with the action "progress"; see swc_result_progress(). */
    std::optional<progress_view> progress() const
    {
        const swc_progress *progress = swc_result_progress(get());
        return progress ? std::optional<progress_view>(progress) : std::nullopt;
    }
    /** Tells what a segment is part of, in a result with the action "upload_segment"; see swc_result_segment(). */
    std::optional<segment_of> segment() const
    {
        segment_of of;
        const char *container = nullptr, *object = nullptr, *etag = nullptr;
        if (!swc_result_segment(get(), &container, &object, &of.index, &of.size, &etag))
            return std::nullopt;
        of.container = detail::maybe(container);
        of.object = detail::maybe(object);
        of.etag = detail::maybe(etag);
        return of;
    }
    /** Gives the headers of the last response; see swc_result_header_at(). */
    auto headers() const { return detail::pairs(self(), swc_result_header_at, swc_result_header_count(self())); }
    /** Gives the items of a stat; see swc_result_item_at(). */
    auto items() const { return detail::pairs(self(), swc_result_item_at, swc_result_item_count(self())); }
    /** Gives the objects of a "bulk_delete"; see swc_result_object_at(). */
    sequence<object_at> objects() const { return {{get()}, swc_result_object_count(get())}; }
    /** Takes the open response out of the result of a download; see swc_result_take_response(). */
    template <class M = mode> answer<M, response> take_response()
    {
        return detail::make<M, response>(swc_result_take_response, get());
    }
    /** Gets the next row of a page of a list, std::nullopt after the last; see swc_result_next_entry(). */
    template <class M = mode> answer<M, std::optional<entry>> next_entry() { return detail::next_row<M>(get()); }
#if SWC_EXCEPTIONS
    /** The rows of a page there are left; a step that fails throws. */
    entry_range<swc_result> entries() { return {get(), nullptr}; }
#endif
    /** The rows of a page there are left, without exceptions: those end at a failure, which is then in `outcome`. */
    entry_range<swc_result> entries(expected<void> &outcome)
    {
        outcome = expected<void>();
        return {get(), &outcome};
    }
};

/**
 * Results that were popped together: to be gone through, and given to swc::queue::pop() again, which then needs no
 * new memory. A result is moved out of it to be kept.
 */
class results {
  public:
    /** Room for so many at once. */
    explicit results(std::size_t most = 64) : handles_(most == 0 ? 1 : most) { results_.reserve(handles_.size()); }

    auto begin() noexcept { return results_.begin(); }
    auto end() noexcept { return results_.end(); }
    auto begin() const noexcept { return results_.begin(); }
    auto end() const noexcept { return results_.end(); }
    std::size_t size() const noexcept { return results_.size(); }
    std::size_t capacity() const noexcept { return handles_.size(); }
    bool empty() const noexcept { return results_.empty(); }
    result &operator[](std::size_t index) noexcept { return results_[index]; }
    const result &operator[](std::size_t index) const noexcept { return results_[index]; }
    void clear() noexcept { results_.clear(); }

  private:
    friend class queue;

    std::vector<swc_result *> handles_;
    std::vector<result> results_;
};

class result_range;

/** Where the results of jobs wait until they are popped, on the thread that pops them. Any thread; see swc_queue. */
class queue : public owner<swc_queue> {
    const swc_queue *self() const noexcept { return get(); }

  public:
    using owner::owner;
#if SWC_EXCEPTIONS
    /** Makes an empty queue; see swc_queue_new(). */
    queue() : queue(make<throws>()) {}
#else
    queue() noexcept = default;
#endif
    /** The same. */
    template <class M = mode> static answer<M, queue> make() { return detail::make<M, queue>(swc_queue_new); }

    /** Gives a descriptor that is readable exactly while results wait; see swc_queue_fd(). */
    template <class M = mode> answer<M, std::int32_t> fd() const
    {
        return detail::number<M, std::int32_t>(swc_queue_fd, self());
    }
    /**
     * Takes results out of a queue, waiting for the first, in place of those in `results`: as many as there are and
     * it has room for. Tells how many, 0 when the time was up. See swc_queue_pop().
     */
    template <class M = mode> answer<M, std::size_t> pop(results &results, wait_time wait = no_limit) const
    {
        results.clear();
        auto count = detail::output<std::size_t, std::size_t>(swc_queue_pop, self(), results.handles_.data(),
                                                              results.handles_.size(), wait);
        if (count)
            for (std::size_t i = 0; i < *count; i++)
                results.results_.emplace_back(results.handles_[i]);
        return M::give(std::move(count));
    }
    /** Takes one result out of a queue, waiting for it; std::nullopt when the time was up. */
    template <class M = mode> answer<M, std::optional<result>> pop(wait_time wait = no_limit) const
    {
        swc_result *one = nullptr;
        auto count = detail::output<std::size_t, std::size_t>(swc_queue_pop, self(), &one, std::size_t(1), wait);
        if (!count)
            return M::give(expected<std::optional<result>>(std::move(count).error()));
        return M::give(expected<std::optional<result>>(one ? std::optional<result>(one) : std::nullopt));
    }
#if SWC_EXCEPTIONS
    /**
     * Pops results one after the other, for range-for, until so many jobs have delivered their last one.
     *
     * `for (swc::result &r : queue.until_last(2))`; each may be moved out, and is gone with the next step.
     */
    result_range until_last(std::size_t jobs = 1) const;
#endif
    /** Makes a thread that waits in pop() return, or the next one that would wait; see swc_queue_wake(). */
    void wake() const noexcept { swc_queue_wake(get()); }
    /** Counts the results that wait now; see swc_queue_length(). */
    std::size_t length() const noexcept { return swc_queue_length(get()); }
};

#if SWC_EXCEPTIONS
/** Results of a queue for range-for, until jobs have delivered their last; see swc::queue::until_last(). */
class result_range {
  public:
    class iterator {
      public:
        using iterator_category = std::input_iterator_tag;
        using value_type = result;
        using difference_type = std::ptrdiff_t;
        using reference = result &;
        using pointer = result *;

        iterator() noexcept = default;
        explicit iterator(result_range *range) : range_(range) { ++*this; }
        reference operator*() const noexcept { return range_->result_; }
        pointer operator->() const noexcept { return &range_->result_; }
        iterator &operator++()
        {
            if (!range_->step())
                range_ = nullptr;
            return *this;
        }
        void operator++(int) { ++*this; }
        friend bool operator==(const iterator &a, const iterator &b) noexcept { return a.range_ == b.range_; }
        friend bool operator!=(const iterator &a, const iterator &b) noexcept { return !(a == b); }

      private:
        result_range *range_ = nullptr;
    };

    result_range(const queue &queue, std::size_t jobs) noexcept : queue_(&queue), open_(jobs) {}
    iterator begin() { return iterator(this); }
    iterator end() noexcept { return iterator(); }

  private:
    bool step()
    {
        result_ = result();
        if (open_ == 0)
            return false;
        std::optional<result> next = queue_->pop<throws>();
        // Woken by queue::wake(): that is an end too.
        if (!next)
            return false;
        result_ = std::move(*next);
        // Noted now, as the result may be moved out.
        open_ -= result_.is_last() ? 1u : 0u;
        return true;
    }

    const queue *queue_;
    std::size_t open_;
    result result_;
};

inline result_range queue::until_last(std::size_t jobs) const { return {*this, jobs}; }
#endif

class service;

/** A job of a service, by its number: for as long as the service, which may be moved meanwhile. */
class job {
  public:
    job() noexcept = default;
    job(const service &service, std::uint64_t number) noexcept;

    /** The number its results have: swc_result_job(). 0 for none. */
    std::uint64_t number() const noexcept { return number_; }
    /** Ends the job, if it has not ended; see swc_service_cancel(). */
    bool cancel() const noexcept { return swc_service_cancel(service_, number_); }
    /** Tells how far it is, while it is there; see swc_service_progress(). */
    template <class M = mode> answer<M, swc::progress> progress() const
    {
        return detail::make<M, swc::progress>(swc_service_progress, service_, number_);
    }

  private:
    const swc_service *service_ = nullptr;
    std::uint64_t number_ = 0;
};

/** Workers that do jobs on the account of a connection, many at once. Any thread; see swc_service. */
class service : public owner<swc_service> {
    const swc_service *self() const noexcept { return get(); }

    template <class M, class F, class... A> answer<M, job> submit(F function, const A &...arguments) const
    {
        auto number = detail::output<std::uint64_t, std::uint64_t>(function, self(), arguments...);
        return M::give(number ? expected<job>(job(*this, *number)) : expected<job>(std::move(number).error()));
    }

  public:
    using owner::owner;
#if SWC_EXCEPTIONS
    /** Makes a service over the account of a connection; see swc_service_new(). */
    explicit service(const connection &connection, const options_arg &options = {})
        : service(make<throws>(connection, options))
    {
    }
#endif
    /** The same. */
    template <class M = mode>
    static answer<M, service> make(const connection &connection, const options_arg &options = {})
    {
        return detail::make<M, service>(swc_service_new, connection.get(), options);
    }

    /** Queues a stat: of the account, of a container, or of each of some objects; see swc_service_stat(). */
    template <class M = mode>
    answer<M, job> stat(const opt_zstring &container, const objects_arg &objects, const options_arg &options,
                        const queue &queue, std::uint64_t tag = 0) const
    {
        return submit<M>(swc_service_stat, container, objects, options, queue.get(), tag);
    }
    /**
     * Queues a post: sets metadata and other settings of the account, of a container, or of each of some objects. See
     * swc_service_post().
     */
    template <class M = mode>
    answer<M, job> post(const opt_zstring &container, const objects_arg &objects, const options_arg &options,
                        const queue &queue, std::uint64_t tag = 0) const
    {
        return submit<M>(swc_service_post, container, objects, options, queue.get(), tag);
    }
    /** Queues a list: the containers of the account, or the objects of a container; see swc_service_list(). */
    template <class M = mode>
    answer<M, job> list(const opt_zstring &container, const options_arg &options, const queue &queue,
                        std::uint64_t tag = 0) const
    {
        return submit<M>(swc_service_list, container, options, queue.get(), tag);
    }
    /**
     * Queues an upload: of files, whole directories and other sources, as whole objects or in segments. See
     * swc_service_upload().
     */
    template <class M = mode>
    answer<M, job> upload(const zstring &container, const objects_arg &objects, const options_arg &options,
                          const queue &queue, std::uint64_t tag = 0) const
    {
        return submit<M>(swc_service_upload, container, objects, options, queue.get(), tag);
    }
    /**
     * Queues an upload of one object, as swc_service_upload() does it for a list of this alone. See
     * swc_service_upload_object().
     */
    template <class M = mode>
    answer<M, job> upload_object(const zstring &container, const zstring &object, const source &source,
                                 const options_arg &options, const queue &queue, std::uint64_t tag = 0) const
    {
        return submit<M>(swc_service_upload_object, container, object, source.get(), options, queue.get(), tag);
    }
    /** Queues a download: of each of some objects, of a container or of the account; see swc_service_download(). */
    template <class M = mode>
    answer<M, job> download(const opt_zstring &container, const objects_arg &objects,
                            const options_arg &options, const queue &queue, std::uint64_t tag = 0) const
    {
        return submit<M>(swc_service_download, container, objects, options, queue.get(), tag);
    }
    /**
     * Queues a delete: of each of some objects, of a container with all that is in it, or of the account. See
     * swc_service_delete().
     */
    template <class M = mode>
    answer<M, job> delete_(const opt_zstring &container, const objects_arg &objects, const options_arg &options,
                           const queue &queue, std::uint64_t tag = 0) const
    {
        return submit<M>(swc_service_delete, container, objects, options, queue.get(), tag);
    }
    /** Queues a copy of each of some objects, within the cluster; see swc_service_copy(). */
    template <class M = mode>
    answer<M, job> copy(const zstring &container, const objects_arg &objects, const options_arg &options,
                        const queue &queue, std::uint64_t tag = 0) const
    {
        return submit<M>(swc_service_copy, container, objects, options, queue.get(), tag);
    }
    /**
     * Queues a question for what the cluster offers; the answer is in the JSON of the result. See
     * swc_service_capabilities().
     */
    template <class M = mode>
    answer<M, job> capabilities(const options_arg &options, const queue &queue, std::uint64_t tag = 0) const
    {
        return submit<M>(swc_service_capabilities, options, queue.get(), tag);
    }
    /** Ends a job; see swc_service_cancel(). */
    bool cancel(std::uint64_t job) const noexcept { return swc_service_cancel(get(), job); }
    /** Ends all jobs; see swc_service_cancel_all(). */
    void cancel_all() const noexcept { swc_service_cancel_all(get()); }
    /** Counts the jobs whose last result has not come yet; see swc_service_pending(). */
    std::size_t pending() const noexcept { return swc_service_pending(get()); }
    /** Tells how far a job is, or with 0 all of the service; see swc_service_progress(). */
    template <class M = mode> answer<M, swc::progress> progress(std::uint64_t job = 0) const
    {
        return detail::make<M, swc::progress>(swc_service_progress, self(), job);
    }
    /** Tells what the service has done so far, in all or for one verb; see swc_service_statistics(). */
    template <class M = mode> answer<M, swc::statistics> statistics(const opt_zstring &verb = {}) const
    {
        return detail::make<M, swc::statistics>(swc_service_statistics, self(), verb);
    }
    /** Takes no more jobs, and waits for those there are; false when some had to be cancelled. See
     *  swc_service_shutdown(). */
    template <class M = mode> answer<M, bool> shutdown(wait_time wait = no_limit) const
    {
        auto outcome = detail::call(swc_service_shutdown, self(), wait);
        return M::give(outcome ? expected<bool>(*outcome == status::ok) : expected<bool>(std::move(outcome).error()));
    }
};

inline job::job(const service &service, std::uint64_t number) noexcept : service_(service.get()), number_(number) {}

/**
 * Sends log messages to a callback, in place of the one there was: see swc_log_set().
 *
 * It is called as `callback(swc::log_level, std::string_view)`, from any thread and from several at once; what it
 * throws is dropped. nullptr for none.
 */
template <class M = mode, class F> answer<M, void> log_set(log_level level, F callback)
{
    if constexpr (std::is_null_pointer_v<F>) {
        return detail::run<M>(swc_log_set, level, nullptr, nullptr, nullptr);
    } else {
        const swc_log_callback hear = [](void *held, std::int32_t at, const char *message) noexcept {
#if SWC_EXCEPTIONS
            try {
                (*static_cast<F *>(held))(static_cast<log_level>(at), detail::view(message));
            } catch (...) {
            }
#else
            (*static_cast<F *>(held))(static_cast<log_level>(at), detail::view(message));
#endif
        };
        return detail::run<M>(swc_log_set, level, hear, &detail::free_held<F>,
                              detail::held<F>(std::move(callback)));
    }
}

/** Sets whether tokens and keys are shown whole in log messages: see swc_log_show_secrets(). */
inline void log_show_secrets(bool show) noexcept { swc_log_show_secrets(show); }

/** Sets how many characters of tokens and keys may be shown: see swc_log_set_secret_prefix(). */
inline void log_set_secret_prefix(std::int32_t characters) noexcept { swc_log_set_secret_prefix(characters); }

/** Sets whether requests are shown as command lines of curl: see swc_log_show_curl(). */
inline void log_show_curl(bool show) noexcept { swc_log_show_curl(show); }

} // inline namespace
} // namespace swc

#endif
