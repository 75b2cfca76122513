/* Batches in C++: uploads objects, many at once, and then downloads and deletes them, taking results as they come.
 *
 *     g++ -std=c++17 -o service service.cpp $(pkg-config --cflags --libs swiftclient)
 *     ./service [HOW_MANY]
 *
 * Credentials come from the environment: ST_AUTH, ST_USER and ST_KEY, or the OS_ variables of OpenStack.
 */
#include <cstdlib>
#include <iostream>
#include <swiftclient.hpp>

static const char container[] = "service-cpp";

/* Takes results until a job has delivered its last one, says what failed, and tells how many objects went well. */
static std::size_t finish(const swc::queue &queue, std::string_view action)
{
    std::size_t good = 0;
    for (const swc::result &result : queue.until_last()) {
        if (!result.success())
            std::cerr << result.action() << ": " << result.error()->message() << '\n';
        else if (result.action() == "bulk_delete") /* many in one request, where the cluster knows how to */
            good += result.objects().size();
        else
            good += result.action() == action;
    }
    return good;
}

static void batches(std::size_t jobs)
{
    const swc::connection connection(swc::config::from_env());
    const swc::service service(connection, {{"object_uu_threads", "8"}, {"max_queued", "100"}});
    const swc::queue queue;
    connection.put_container(container);

    /* Jobs are taken as fast as they come; past the limit results must be popped first. */
    swc::results batch;
    std::size_t submitted = 0, done = 0;
    while (done < jobs) {
        while (submitted < jobs) {
            const auto job = service.upload_object<swc::nothrow>(
                container, "object-" + std::to_string(submitted), swc::source::own("Number " + std::to_string(submitted)),
                {{"skip_container_put", "true"}, {"meta", "Color", "red"}}, queue, submitted);
            if (!job && job.error().status() == swc::status::again)
                break;
            job.value();
            submitted++;
        }
        /* Waits for the first one, and takes with it what else is there. An event loop waits for queue.fd(). */
        queue.pop(batch);
        for (swc::result &result : batch) {
            done += result.is_last();
            result.check();
        }
    }
    std::cout << done << " uploaded\n";

    /* One job about many: without a list of objects it is all of the container. */
    service.download(container, nullptr, {{"out_directory", container}}, queue);
    std::cout << finish(queue, "download_object") << " downloaded\n";
    service.delete_(container, nullptr, {}, queue);
    std::cout << finish(queue, "delete_object") << " deleted\n";
    std::cout << service.statistics().requests() << " requests, " << service.statistics().retries() << " of them again\n";
}

int main(int argc, char **argv)
{
    try {
        batches(argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 50);
    } catch (const swc::error &e) {
        std::cerr << swc::status_name(e.status()) << ": " << e.what() << '\n';
        return 1;
    }
}
