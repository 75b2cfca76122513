// Bodies: readers and writers, and the streams of C++ over them; sources of every kind; bodies that are read in parts.
#include "check.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <functional>
#include <fstream>
#include <memory>
#include <thread>
#include <vector>

#include <fcntl.h>

using namespace std::chrono_literals;
using swc::nothrow;
using swc::status;

namespace {

// Bytes of which each place is another.
std::string pattern(std::size_t size, unsigned seed = 1)
{
    std::string bytes(size, '\0');
    unsigned number = seed;
    for (char &byte : bytes) {
        number = number * 1103515245u + 12345u;
        byte = static_cast<char>(number >> 16);
    }
    return bytes;
}

std::string all_of(std::istream &in) { return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()}; }

void sources()
{
    const auto connection = connect();
    const own_container container(connection, "sources");
    const std::string bytes = pattern(200000), path = own_name("file");
    const auto comes_back = [&](const char *what, const std::string &wanted) {
        if (connection.get_object(container, "o").text() != wanted)
            check_failed(what, 0, "other bytes came back");
    };
    std::ofstream(path, std::ios_base::binary) << bytes;

    connection.put_object(container, "o", swc::source::borrow(bytes));
    comes_back("borrowed", bytes);
    connection.put_object(container, "o", bytes.c_str() + bytes.size());
    comes_back("nothing", "");
    connection.put_object(container, "o", swc::source::borrow(bytes.data(), 10));
    comes_back("pointer and size", bytes.substr(0, 10));
    connection.put_object(container, "o", swc::source::own(std::string(bytes)));
    comes_back("string", bytes);
    connection.put_object(container, "o", swc::source::own(std::vector<char>(bytes.begin(), bytes.end())));
    comes_back("vector", bytes);
    connection.put_object(container, "o", swc::source::file(std::filesystem::path(path)));
    comes_back("file", bytes);
    connection.put_object(container, "o", swc::source::file_range(path, 100, 50));
    comes_back("part of a file", bytes.substr(100, 50));
    const int fd = open(path.c_str(), O_RDONLY);
    CHECK(fd >= 0 && lseek(fd, 10, SEEK_SET) == 10);
    const auto from_fd = swc::source::fd(fd, 20);
    close(fd);
    CHECK_SAME(from_fd.size(), std::optional<std::uint64_t>(20));
    connection.put_object(container, "o", from_fd);
    comes_back("descriptor", bytes.substr(10, 20));
    connection.put_object(container, "o", nullptr);
    comes_back("null", "");
    connection.put_object(container, "o", bytes);
    comes_back("bytes lent to the call", bytes);

    // Callbacks, with and without a length, the rewind and the length kept by the lambda.
    std::size_t at = 0;
    const auto read = [&](char *buffer, std::size_t size) {
        const std::size_t length = std::min({size, bytes.size() - at, std::size_t(1000)});
        std::copy_n(bytes.data() + at, length, buffer);
        at += length;
        return length;
    };
    const auto once = swc::source::callbacks(read);
    CHECK(!once.size() && !once.thrown());
    connection.put_object(container, "o", once);
    comes_back("callback", bytes);
    at = 0;
    connection.put_object(container, "o", swc::source::callbacks(read, nullptr, 777));
    comes_back("callback of known length", bytes.substr(0, 777));
    at = 5;
    const auto again = swc::source::callbacks(std::function<std::size_t(char *, std::size_t)>(read), [&] { at = 0; });
    connection.put_object(container, "o", again);
    comes_back("callback that starts where it is", bytes.substr(5));
    connection.put_object(container, "o", again);
    comes_back("callback that was rewound", bytes);
    const auto fails = [](char *, std::size_t) { return -3; };
    CHECK_STATUS(connection.put_object<nothrow>(container, "o", swc::source::callbacks(fails)), status::callback);

    // Streams: of a file, from the middle, twice; one that is kept; one that cannot say where it is.
    std::ifstream file(path, std::ios_base::binary);
    file.seekg(1000);
    const auto lent = swc::source::stream(file);
    for (int turn = 0; turn < 2; turn++) {
        connection.put_object(container, "o", lent);
        comes_back("stream", bytes.substr(1000));
    }
    connection.put_object(container, "o", swc::source::stream(std::make_unique<std::istringstream>(bytes), bytes.size()));
    comes_back("stream that is kept", bytes);
    struct no_position : std::streambuf {
        explicit no_position(const std::string &text)
        {
            char *start = const_cast<char *>(text.data());
            setg(start, start, start + text.size());
        }
    } buffer(bytes);
    std::istream pipe(&buffer);
    const auto one_way = swc::source::stream(pipe);
    connection.put_object(container, "o", one_way);
    comes_back("stream without position", bytes);
    CHECK_STATUS(connection.put_object<nothrow>(container, "o", one_way), status::state);
    CHECK_STATUS(connection.put_object<nothrow>(container, "o", swc::source::file("no-such-file")), status::io);
    CHECK_STATUS(swc::source::file("no-such-file").size<nothrow>(), status::io);
    CHECK_STATUS(swc::source::fd<nothrow>(12345), status::io);
    std::filesystem::remove(path);
}

void responses()
{
    const auto connection = connect();
    const own_container container(connection, "bodies");
    const std::string bytes = pattern(300000), path = own_name("body");
    std::uint64_t moved = 0, total = 0;
    connection.put_object(container, "o", bytes);
    swc::request extras;
    extras.set_progress([&](std::uint64_t now, std::optional<std::uint64_t> of) {
        moved = now;
        total = of.value_or(0);
        return true;
    });
    auto response = connection.get_object(container, "o", extras);
    std::string came(100, '\0');
    CHECK_SAME(response.content_length(), std::optional<std::uint64_t>(bytes.size()));
    std::size_t length = response.read(came.data(), came.size());
    CHECK(length >= 1 && length <= 100);
    came.resize(length);
    came += response.read_all();
    CHECK(came == bytes && moved == bytes.size() && total == bytes.size());
    CHECK_SAME(response.read(came.data(), came.size()), 0u);
    CHECK_SAME(response.bytes_read(), bytes.size());
    CHECK_SAME(response.bytes_verified(), bytes.size());
    CHECK_STATUS(connection.get_object(container, "o").read_all<nothrow>(10), status::too_large);
    CHECK_STATUS(connection.get_object(container, "o").text<nothrow>(10), status::too_large);

    CHECK_SAME(connection.get_object(container, "o").write_to_file(std::filesystem::path(path)), bytes.size());
    std::ifstream file(path, std::ios_base::binary);
    CHECK(all_of(file) == bytes);
    const int fd = open(path.c_str(), O_WRONLY | O_TRUNC);
    CHECK_SAME(connection.get_object(container, "o").write_to_fd(fd), bytes.size());
    close(fd);
    std::ifstream again(path, std::ios_base::binary);
    CHECK(all_of(again) == bytes);
    std::ostringstream out;
    CHECK_SAME(connection.get_object(container, "o").write_to(out), bytes.size());
    CHECK(out.str() == bytes);
    out.setstate(std::ios_base::badbit);
    CHECK_STATUS(connection.get_object(container, "o").write_to<nothrow>(out), status::io);
    CHECK_STATUS(connection.get_object(container, "o").write_to_fd<nothrow>(12345), status::io);
    CHECK_STATUS(connection.get_object(container, "o").write_to_file<nothrow>("no/such/folder"), status::io);
    std::filesystem::remove(path);

    // Part of it, and several parts.
    auto part = connection.get_object(container, "o", swc::request().set_range(10, 20));
    CHECK(part.content_range() && part.content_range()->offset == 10 && part.content_range()->length == 20u &&
          part.content_range()->size == bytes.size());
    CHECK(part.text() == bytes.substr(10, 20));
    auto parts = connection.get_object(container, "o", swc::request().set_range(0, 5).add_range(100, 7).add_range(swc::from_end, 3));
    std::vector<std::string> found;
    while (const auto one = parts.next_part()) {
        CHECK(one->length == (found.empty() ? 5u : found.size() == 1 ? 7u : 3u) && one->size == bytes.size());
        found.push_back(parts.text());
        CHECK(found.back() == bytes.substr(one->offset, *one->length));
    }
    CHECK_SAME(found.size(), 3u);
    CHECK(!connection.get_object(container, "o").content_range());
    CHECK_STATUS(part.next_part<nothrow>(), status::state);

    swc::response_istream in(connection.get_object(container, "o"));
    CHECK_SAME(in.base().status(), 200);
    char first[10];
    in.read(first, 10);
    CHECK(in && in.tellg() == std::streampos(10));
    in.seekg(0);
    CHECK(in.fail());
    in.clear();
    CHECK(std::string(first, 10) + all_of(in) == bytes);
    in.check();
    CHECK(!in.failure());
}

void readers()
{
    const auto connection = connect();
    const own_container container(connection, "readers");
    const std::string bytes = pattern(250000);
    connection.put_object(container, "o", bytes, swc::headers{{"X-Object-Meta-A", "b"}});
    swc::reader reader(connection, container, "o");
    CHECK_SAME(reader.size(), bytes.size());
    CHECK(!reader.etag().empty() && reader.header("x-object-meta-a") == "b" && !reader.is_verified());
    std::string buffer(1000, '\0');
    CHECK_SAME(reader.pread(249900, buffer.data(), buffer.size()), 100u);
    CHECK(buffer.substr(0, 100) == bytes.substr(249900));
    CHECK_SAME(reader.pread(250000, buffer.data(), buffer.size()), 0u);
    CHECK_SAME(reader.tell(), 0u);
    reader.seek(100).seek(5);
    CHECK_SAME(reader.tell(), 5u);
    CHECK(reader.read(buffer.data(), 10) >= 1 && buffer[0] == bytes[5]);

    swc::istream in(connection, container, "o");
    CHECK(all_of(in) == bytes && in.get() == std::char_traits<char>::eof() && in.eof());
    in.check();
    CHECK(in.base().is_verified());
    in.clear();
    // Places all over, near ones that the buffer has, and far ones.
    for (const std::size_t place : {0ul, 5ul, 65535ul, 65536ul, 65530ul, 249999ul, 3ul, 131072ul, 131000ul}) {
        in.seekg(static_cast<std::streamoff>(place));
        CHECK(in.get() == static_cast<unsigned char>(bytes[place]));
        CHECK_SAME(static_cast<std::size_t>(in.tellg()), place + 1);
    }
    in.seekg(-10, std::ios_base::end);
    CHECK(all_of(in) == bytes.substr(bytes.size() - 10));
    in.clear();
    in.seekg(100);
    in.seekg(-50, std::ios_base::cur);
    CHECK(in.get() == static_cast<unsigned char>(bytes[50]));
    in.unget();
    CHECK(in.get() == static_cast<unsigned char>(bytes[50]));
    in.seekg(-1);
    CHECK(in.fail());
    in.clear();
    in.seekg(static_cast<std::streamoff>(bytes.size()) + 5);
    CHECK(in && in.get() == std::char_traits<char>::eof());
    in.clear();
    in.seekg(7);
    // More than the buffer at once, after some that is in it.
    in.get();
    std::string rest(bytes.size() - 8, '\0');
    in.read(rest.data(), static_cast<std::streamsize>(rest.size()));
    CHECK(in && rest == bytes.substr(8));
    in.clear();
    in.seekg(0);
    std::string word;
    connection.put_object(container, "words", "three small words 42");
    swc::istream words(swc::reader(connection, container, "words"));
    int number = 0;
    words >> word >> word >> word >> number;
    CHECK(word == "words" && number == 42 && words.eof());

    // What is not there fails when it is opened; what goes while it is read, in the stream.
    CHECK_THROWS(swc::not_found_error, swc::istream(connection, container, "nothing"));
    connection.put_object(container, "o", pattern(250000, 2));
    swc::istream changed(connection, container, "o");
    changed.seekg(200000);
    changed.get();
    connection.put_object(container, "o", pattern(250000, 3));
    changed.seekg(0);
    CHECK(changed.get() == std::char_traits<char>::eof() && changed.bad());
    CHECK(changed.failure() && changed.failure()->status() == status::precondition);
    CHECK_THROWS(swc::precondition_error, changed.check());
    CHECK_STATUS(changed.check<nothrow>(), status::precondition);
    changed.clear();
    changed.exceptions(std::ios_base::badbit);
    CHECK_THROWS(swc::precondition_error, changed.get());

    swc::tempurl url;
    url.set_method("GET").set_lifetime(1min).set_key("k");
    connection.post_container(container, swc::request().set_container_temp_url_key(1, "k"));
    const auto link = connection.sign_tempurl(container, "words", url);
    CHECK(all_of(*std::make_unique<swc::istream>(swc::reader::make_url(connection, link))) == "three small words 42");
}

void writers()
{
    const auto connection = connect();
    const own_container container(connection, "writers");
    const own_container segments(connection, "writers-parts");
    const std::string bytes = pattern(3000000);
    {
        swc::ostream out(connection, container, "small", {}, swc::headers{{"Content-Type", "text/x"}});
        out << "Hello " << 42 << std::endl;
        CHECK_SAME(static_cast<int>(out.tellp()), 9);
        out.seekp(0);
        CHECK(out.fail());
        out.clear();
        CHECK_SAME(out.base().bytes_written(), 9u);
        CHECK_SAME(out.finish().status(), 201);
        CHECK_STATUS(out.finish<nothrow>(), status::state);
    }
    auto small = connection.get_object(container, "small");
    CHECK(small.content_type() == "text/x" && small.read_all() == "Hello 42\n");
    // A large one, by pieces of all sizes, in segments.
    {
        swc::ostream out(connection, container, "large", {{"segment_size", "1048576"}, {"segment_container", segments}});
        std::size_t at = 0, piece = 1;
        while (at < bytes.size()) {
            const std::size_t length = std::min(piece, bytes.size() - at);
            out.write(bytes.data() + at, static_cast<std::streamsize>(length));
            at += length;
            piece = piece * 3 % 200003;
        }
        CHECK(out && !out.failure());
        out.finish();
    }
    CHECK(connection.head_object(container, "large").is_slo());
    swc::istream in(connection, container, "large");
    CHECK(all_of(in) == bytes);
    CHECK(in.base().is_verified());
    connection.delete_slo(container, "large", false);

    // Not finished, or given up: nothing is there.
    {
        swc::ostream out(connection, container, "given-up", {{"segment_size", "0"}});
        out << bytes;
    }
    swc::ostream gone(connection, container, "aborted", {{"segment_size", "1048576"}, {"segment_container", segments}});
    gone << bytes;
    gone.abort();
    CHECK_STATUS(gone.finish<nothrow>(), status::state);
    for (const char *name : {"given-up", "aborted"})
        CHECK_STATUS(connection.head_object<nothrow>(container, name), status::not_found);
    CHECK(connection.list_container(segments).next() == std::nullopt);

    // Failures: found when it is finished, and before; the first one is what it fails with.
    swc::ostream nowhere(connection, own_name("nowhere"), "o");
    nowhere << "abc";
    CHECK_THROWS(swc::not_found_error, nowhere.finish());
    swc::cancel_token token;
    swc::ostream cancelled(connection, container, "o", {{"segment_size", "0"}, {"buffer_size", "65536"}},
                           swc::request().set_cancel(token));
    token.cancel();
    for (int turn = 0; turn < 100 && cancelled; turn++)
        cancelled << bytes;
    CHECK(cancelled.bad() && cancelled.failure() && cancelled.failure()->status() == status::cancelled);
    CHECK_STATUS(cancelled.finish<nothrow>(), status::cancelled);
    swc::ostream throwing(connection, container, "o", {{"segment_size", "0"}, {"buffer_size", "65536"}},
                          swc::request().set_cancel(token));
    throwing.exceptions(std::ios_base::badbit);
    CHECK_THROWS(swc::cancelled_error, [&] {
        for (int turn = 0; turn < 100; turn++)
            throwing << bytes << std::flush;
    }());
    CHECK_THROWS(swc::cancelled_error, throwing.finish());
    swc::ostream marked(connection, container, "o");
    marked.setstate(std::ios_base::badbit);
    CHECK_STATUS(marked.finish<nothrow>(), status::io);
    const auto stops = [](std::uint64_t, std::optional<std::uint64_t>) { throw std::logic_error("stop"); };
    swc::ostream stopped(connection, container, "o", {}, swc::request().set_progress(stops));
    stopped << "abc";
    CHECK_THROWS(std::logic_error, stopped.finish());

    swc::writer writer(connection, container, "plain");
    writer.write("ab").write("cd", 2);
    CHECK_SAME(writer.bytes_written(), 4u);
    CHECK(writer.finish().etag() == "e2fc714c4727ee9395f324cd2e7f331f");
    writer.abort();
}

// One connection, many threads, each with readers and writers of its own, and one reader for all.
void eight_threads()
{
    const auto connection = connect();
    const own_container container(connection, "threads");
    const std::string bytes = pattern(500000);
    connection.put_object(container, "shared", bytes);
    const swc::reader shared(connection, container, "shared");
    std::vector<std::thread> threads;
    for (unsigned number = 0; number < 8; number++)
        threads.emplace_back([&, number] {
            const std::string name = "o" + std::to_string(number), mine = pattern(100000 + number, number);
            for (int turn = 0; turn < 3; turn++) {
                swc::ostream out(connection, container, name);
                out << mine;
                out.finish();
                swc::istream in(connection, container, name);
                CHECK(all_of(in) == mine);
                std::string some(1000, '\0');
                CHECK_SAME(shared.pread(number * 50000, some.data(), some.size()), 1000u);
                CHECK(some == bytes.substr(number * 50000, 1000));
                // What a callback of one thread throws comes out there and nowhere else.
                const auto stops = [number](std::uint64_t, std::optional<std::uint64_t>) { throw number; };
                CHECK_THROWS_AND(unsigned, connection.put_object(container, name, mine, swc::request().set_progress(stops)),
                                 [number](unsigned thrown) { CHECK_SAME(thrown, number); });
            }
        });
    for (std::thread &thread : threads)
        thread.join();
    CHECK_SAME(std::distance(connection.list_container(container).begin(), {}), 9);
}

} // namespace

int main()
{
    RUN(sources);
    RUN(responses);
    RUN(readers);
    RUN(writers);
    RUN(eight_threads);
}
