// The Service API: every verb, results one by one and in batches, what they tell, jobs that are cancelled, sources that
// throw on threads of the service.
#include "check.hpp"

#include <atomic>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include <poll.h>

using namespace std::chrono_literals;
using swc::nothrow;
using swc::status;

namespace {

bool readable(int fd)
{
    pollfd what = {fd, POLLIN, 0};
    return poll(&what, 1, 0) == 1;
}

void every_verb()
{
    const auto connection = connect();
    const own_container container(connection, "verbs");
    const std::string folder = own_name("tree"), other = own_name("copies");
    std::filesystem::create_directories(folder + "/sub");
    std::ofstream(folder + "/one") << "1";
    std::ofstream(folder + "/sub/two") << "22";
    const swc::service service(connection, {{"object_uu_threads", "2"}});
    const swc::queue queue;

    // Upload: files, a tree, a source, an empty object; each with what it has of its own.
    swc::objects objects;
    objects.add_file(std::filesystem::path(folder) / "one", "file", {{"meta", "Color", "red"}});
    objects.add_tree(folder, "tree");
    objects.add_source("source", swc::source::own(std::string("from memory")));
    objects.add_source("empty", nullptr);
    CHECK_SAME(objects.size(), 4u);
    const swc::job job = service.upload(container, objects, {{"meta", "Size", "1"}}, queue, 7);
    CHECK(job.number() > 0);
    std::set<std::string> uploaded;
    for (swc::result &result : queue.until_last()) {
        result.check();
        CHECK(result.tag() == 7 && result.job() == job.number());
        if (result.action() == "upload_object") {
            CHECK(result.http_status() == 201 && result.attempts() >= 1 && result.outcome() == "uploaded");
            CHECK(!result.is_large() && !result.segment() && result.header("etag"));
            CHECK(result.container() == std::string_view(container));
            uploaded.insert(std::string(*result.object()));
        }
    }
    CHECK((uploaded == std::set<std::string>{"file", "tree/one", "tree/sub/two", "source", "empty"}));
    CHECK_SAME(connection.head_object(container, "file").metadata("color"), std::optional<std::string_view>("red"));
    CHECK_SAME(connection.get_object(container, "tree/sub/two").text(), "22");

    service.upload_object(container, "one more", swc::source::borrow("more"), {{"header", "X-Delete-After", "600"}}, queue);
    for (swc::result &result : queue.until_last())
        result.check();
    CHECK(connection.head_object(container, "one more").delete_at());
    service.upload_object(container, "big", swc::source::own(std::string(30, 'x')),
                          {{"segment_size", "10"}, {"segment_container", container}}, queue);
    std::size_t segments = 0;
    for (swc::result &result : queue.until_last()) {
        result.check();
        if (const auto of = result.segment()) {
            segments++;
            CHECK(of->container == std::string_view(container) && of->object == "big" && of->size == 10 && of->index < 3);
            CHECK(of->etag);
        }
        CHECK(result.action() != "upload_object" || result.is_large());
    }
    CHECK_SAME(segments, 3u);

    // Stat: of the account, of a container, of objects.
    service.stat(nullptr, nullptr, {}, queue, 1);
    service.stat(std::string_view(container), nullptr, {}, queue, 2);
    service.stat(std::string_view(container), {"file", "source"}, {}, queue, 3);
    std::map<std::uint64_t, int> stats;
    for (swc::result &result : queue.until_last(3)) {
        result.check();
        stats[result.tag()]++;
        std::string items;
        for (const auto &[name, value] : result.items())
            items += std::string(name) + '=' + std::string(value) + ';';
        CHECK(items.find(result.tag() == 1 ? "Containers=" : result.tag() == 2 ? "Objects=" : "Content Length=") !=
              std::string::npos);
        CHECK(result.headers().size() > 3);
    }
    CHECK((stats == std::map<std::uint64_t, int>{{1, 1}, {2, 1}, {3, 2}}));

    // List: pages, and their rows in both forms.
    service.list(std::string_view(container), {{"prefix", "tree/"}, {"delimiter", "/"}}, queue);
    std::string names;
    for (swc::result &result : queue.until_last()) {
        result.check();
        if (result.action() == "list_container_part" && !result.is_last()) {
            CHECK(result.marker() == "" && !result.version_marker().value_or("").size());
            swc::expected<void> outcome;
            for (const swc::entry &row : result.entries(outcome))
                names += std::string(row.name()) + (row.is_subdir() ? "/ " : " ");
            CHECK(outcome && !result.next_entry());
        }
    }
    CHECK_SAME(names, "tree/one tree/sub// ");
    service.list(std::nullopt, {}, queue);
    bool found = false;
    for (swc::result &result : queue.until_last())
        for (const swc::entry &row : result.entries())
            found = found || row.name() == container;
    CHECK(found);

    // Post, copy, download, capabilities, delete.
    service.post(std::string_view(container), {"file"}, {{"meta", "Color", "blue"}}, queue);
    service.copy(container, {"source"}, {{"destination", "/" + other + "/copy"}}, queue, 5);
    for (swc::result &result : queue.until_last(2)) {
        result.check();
        if (result.action() == "copy_object")
            CHECK_SAME(result.destination(), std::optional<std::string_view>("/" + other + "/copy"));
    }
    CHECK_SAME(connection.head_object(container, "file").metadata("color"), std::optional<std::string_view>("blue"));
    CHECK_SAME(connection.get_object(other, "copy").text(), "from memory");

    service.download(std::string_view(container), {"source", "tree/sub/two"}, {{"out_directory", folder + "/back"}}, queue);
    for (swc::result &result : queue.until_last()) {
        result.check();
        CHECK(result.path() && result.bytes() > 0 && !result.pseudodir());
    }
    std::ifstream back(folder + "/back/source");
    std::string text;
    std::getline(back, text);
    CHECK_SAME(text, "from memory");
    service.download(std::string_view(container), {"source"}, {{"out_file", "-"}}, queue);
    for (swc::result &result : queue.until_last())
        if (result.action() == "download_object") {
            CHECK_SAME(result.take_response().text(), "from memory");
            CHECK_STATUS(result.take_response<nothrow>(), status::state);
        }
    service.capabilities({}, queue);
    for (const swc::result &result : queue.until_last())
        CHECK(result.json().find("\"swift\"") != std::string_view::npos);

    const auto statistics = service.statistics(), uploads = service.statistics("upload");
    CHECK(statistics.jobs() >= 10 && uploads.jobs() == 3 && statistics.requests() > uploads.requests());
    CHECK(uploads.bytes_sent() >= 3 && statistics.bytes_received() > 0);
    CHECK(statistics.retries() == 0 && statistics.reauthentications() == 0);
    CHECK_STATUS(service.statistics<nothrow>("dance"), status::invalid_argument);

    swc::objects named;
    named.add("file").add("source", {{"header", "X-Trace", "1"}});
    service.delete_(container, named, {}, queue);
    service.delete_(std::string_view(container), nullptr, {{"prefix", "tree/"}}, queue);
    service.delete_(other, nullptr, {}, queue);
    service.delete_(container, {"big"}, {}, queue);
    for (swc::result &result : queue.until_last(4))
        result.check();
    CHECK_STATUS(connection.head_container<nothrow>(other), status::not_found);
    std::string left;
    for (const swc::entry &row : connection.list_container(container))
        left += std::string(row.name()) + ' ';
    CHECK_SAME(left, "empty one more ");
    service.delete_(container, {"empty", "one more"}, {{"bulk", "true"}}, queue);
    for (swc::result &result : queue.until_last()) {
        result.check();
        if (result.action() == "bulk_delete") {
            CHECK(result.objects().size() == 2 && result.objects()[0] == "empty" && result.report());
            CHECK_SAME(result.report()->deleted(), 2u);
        }
    }
    connection.put_container(other, swc::request().set_versions_enabled(true));
    connection.put_object(other, "o", "1");
    connection.put_object(other, "o", "2");
    service.delete_(other, nullptr, {{"versions", "true"}}, queue);
    std::size_t versions = 0;
    for (swc::result &result : queue.until_last()) {
        result.check();
        versions += result.version_id().has_value();
    }
    CHECK_SAME(versions, 2u);
    CHECK(service.shutdown());
    CHECK_STATUS(service.list<nothrow>({}, {}, queue), status::state);
    std::filesystem::remove_all(folder);
}

// Many jobs, their results in batches, as an event loop takes them.
void batches()
{
    const auto connection = connect();
    const own_container container(connection, "batches");
    const swc::service service(connection, {{"max_queued", "50"}});
    const swc::queue queue;
    const int fd = queue.fd();
    const std::size_t jobs = 200;
    swc::results batch(16);
    std::size_t submitted = 0, last = 0, again = 0;
    std::set<std::uint64_t> tags;
    CHECK(batch.capacity() == 16 && batch.empty() && !readable(fd));
    CHECK_SAME(queue.pop(batch, 0s), 0u);
    CHECK(!queue.pop(1ms));
    while (last < jobs) {
        while (submitted < jobs) {
            const auto job = service.upload_object<nothrow>(container, "o" + std::to_string(submitted),
                                                            swc::source::own(std::to_string(submitted)),
                                                            {{"skip_container_put", "true"}}, queue, submitted);
            if (!job && job.error().status() == status::again) {
                again++;
                break;
            }
            job.value();
            submitted++;
        }
        const std::size_t count = queue.pop(batch);
        CHECK(count >= 1 && count <= 16 && count == batch.size());
        for (swc::result &result : batch) {
            result.check();
            tags.insert(result.tag());
            last += result.is_last();
        }
    }
    CHECK(tags.size() == jobs && again > 0 && queue.length() == 0 && !readable(fd));
    CHECK_SAME(service.pending(), 0u);
    batch.clear();
    CHECK(batch.empty());

    // A result that is kept outlives its batch; the descriptor tells what waits.
    service.stat(nullptr, nullptr, {}, queue);
    while (!readable(fd))
        std::this_thread::sleep_for(1ms);
    CHECK_SAME(queue.length(), 1u);
    queue.pop(batch);
    const swc::result kept = std::move(batch[0]);
    batch.clear();
    CHECK(kept.success() && kept.is_last() && kept.status() == status::ok && std::as_const(batch).empty());
    // Woken, pop comes back with nothing, and so the loop over results ends.
    queue.wake();
    CHECK(!queue.pop());
    queue.wake();
    for (const swc::result &result : queue.until_last())
        check_failed(__FILE__, __LINE__, std::string(result.action()));
    // Eight threads share a queue; each result goes to one of them.
    std::atomic<std::size_t> popped{0};
    std::vector<std::thread> threads;
    for (int number = 0; number < 8; number++)
        threads.emplace_back([&] {
            swc::results mine(3);
            while (queue.pop(mine) > 0)
                popped += mine.size();
        });
    for (std::size_t number = 0; number < 40; number++)
        service.stat(std::string_view(container), {"o" + std::to_string(number)}, {}, queue);
    CHECK(service.shutdown(1min));
    while (popped < 40)
        std::this_thread::sleep_for(1ms);
    for (int number = 0; number < 8; number++)
        queue.wake();
    for (std::thread &thread : threads)
        thread.join();
    CHECK_SAME(popped, 40u);
}

void failures()
{
    const auto connection = connect();
    const own_container container(connection, "failures");
    swc::service first(connection);
    const swc::queue queue;
    // One of what is not there.
    const swc::job job = first.stat(std::string_view(container), {"nothing"}, {}, queue, 9);
    // A job goes on when its service moves.
    const swc::service service = std::move(first);
    for (swc::result &result : queue.until_last()) {
        CHECK(!result.success() && result.status() == status::not_found);
        CHECK(result.error() && result.error()->http_status() == 404 && result.error()->status() == status::not_found);
        CHECK(result.error()->message() == std::string_view(swc_error_message(result.error()->get())));
        auto outcome = result.check<nothrow>();
        CHECK_STATUS(outcome, status::not_found);
        // The error has what it needs of the result, which is empty now.
        CHECK(!result && outcome.error().http_status() == 404 && !outcome.error().transaction_id().empty());
    }
    CHECK(!job.cancel());
    CHECK_STATUS(job.progress<nothrow>(), status::state);
    CHECK_STATUS(service.list<nothrow>(container, {{"no_such_option", "1"}}, queue), status::invalid_argument);
    CHECK_STATUS(service.list<nothrow>(container, {{"destination", "/a"}}, queue), status::invalid_argument);
    CHECK_STATUS(service.upload<nothrow>(container, swc::objects(), {}, queue), status::invalid_argument);
    CHECK_STATUS(service.stat<nothrow>(container, {""}, {}, queue), status::invalid_argument);
    CHECK_STATUS(swc::service::make<nothrow>(connection, {{"auth_version", "3"}}), status::invalid_argument);

    // A source that throws does so on a thread of the service: the result fails, the source has what was thrown.
    auto source = std::make_unique<swc::source>(
        swc::source::callbacks([](char *, std::size_t) -> int { throw std::runtime_error("dry"); }));
    service.upload_object(container, "o", *source, {}, queue);
    for (swc::result &result : queue.until_last())
        if (result.action() == "upload_object")
            CHECK_SAME(result.status(), status::callback);
    CHECK_THROWS_AND(std::runtime_error, std::rethrow_exception(source->thrown()),
                     [](const std::runtime_error &e) { CHECK_SAME(e.what(), std::string("dry")); });
    // What the source holds stays until the job is done, though the source itself is gone.
    const auto watch = std::make_shared<int>(1);
    const auto gate = std::make_shared<std::mutex>();
    std::unique_lock<std::mutex> closed(*gate);
    source = std::make_unique<swc::source>(swc::source::callbacks([watch, gate, left = 3](char *to, std::size_t) mutable {
        const std::lock_guard<std::mutex> open(*gate);
        *to = 'x';
        return left-- > 0 ? 1 : 0;
    }));
    const swc::job held = service.upload_object(container, "held", *source, {{"progress_interval", "0.05"}}, queue, 3);
    source.reset();
    CHECK_SAME(watch.use_count(), 2);
    CHECK(!held.progress().bytes_total() || held.progress().bytes_total() == 0u);
    CHECK(held.progress().objects() == 0 && held.progress().failed() == 0);
    closed.unlock();
    bool told = false;
    for (swc::result &result : queue.until_last()) {
        if (const auto progress = result.progress()) {
            told = true;
            CHECK(progress->bytes() <= 3 && progress->rate() >= 0);
        } else {
            result.check();
        }
    }
    (void)told;
    CHECK_SAME(connection.get_object(container, "held").text(), "xxx");
    CHECK(service.progress().objects_total() == service.progress(0).objects_total());

    // Cancelled: by the job, by its number, all.
    closed.lock();
    const auto endless = [&] {
        return swc::source::callbacks([gate](char *to, std::size_t) {
            const std::lock_guard<std::mutex> open(*gate);
            *to = 'x';
            return 1;
        });
    };
    const swc::job one = service.upload_object(container, "endless", endless(), {}, queue);
    const swc::job two = service.upload_object(container, "endless-too", endless(), {}, queue);
    const swc::job three = service.upload_object(container, "endless-three", endless(), {}, queue);
    CHECK(one.cancel() && service.cancel(two.number()));
    service.cancel_all();
    closed.unlock();
    std::size_t cancelled = 0;
    for (const swc::result &result : queue.until_last(3))
        cancelled += result.status() == status::cancelled && result.is_last();
    CHECK(cancelled == 3 && three.number() != 0);
    CHECK_STATUS(connection.head_object<nothrow>(container, "endless"), status::not_found);
    service.upload_object(container, "endless", endless(), {}, queue);
    CHECK(!service.shutdown(10ms));
    CHECK(queue.pop()->status() == status::cancelled || queue.pop()->status() == status::cancelled);
    // What logs in by a callback does so on its threads as well.
    swc::config config;
    config.set_auth_callback([](swc::auth_reason, swc::session_view) { throw std::runtime_error("no ticket"); });
    const swc::service locked_out{swc::connection(config)};
    const swc::queue another;
    locked_out.stat({}, {}, {}, another);
    for (const swc::result &result : another.until_last())
        CHECK(result.status() == status::callback && result.error()->message().find("no ticket") != std::string_view::npos);
}

} // namespace

int main()
{
    RUN(every_verb);
    RUN(batches);
    RUN(failures);
}
