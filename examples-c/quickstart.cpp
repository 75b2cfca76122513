/* A first tour in C++: a container, an object by every way in and out, its metadata, a list, and what fails.
 *
 *     g++ -std=c++17 -o quickstart quickstart.cpp $(pkg-config --cflags --libs swiftclient)
 *     ./quickstart
 *
 * Credentials come from the environment: ST_AUTH, ST_USER and ST_KEY, or the OS_ variables of OpenStack.
 */
#include <iostream>
#include <swiftclient.hpp>

static const char container[] = "quickstart";

static void tour(const swc::connection &connection)
{
    connection.put_container(container);

    /* Bytes at hand, with what shall be known about them. */
    swc::request extras;
    extras.set_content_type("text/plain").set_object_metadata("Mood", "fine").set_timeout(std::chrono::minutes(1));
    connection.put_object(container, "greeting.txt", "Hello, Swift!\n", extras);

    /* As a stream: any length, in constant memory. Nothing is there before finish(). */
    swc::ostream out(connection, container, "numbers/squares.txt");
    for (int i = 1; i <= 100; i++)
        out << i << ' ' << i * i << '\n';
    out.finish();

    /* What is there, page by page behind the scenes. */
    for (const swc::entry &row : connection.list_container(container, swc::query{{"delimiter", "/"}}))
        std::cout << row.name() << (row.is_subdir() ? " (a pseudo-directory)" : "") << '\n';

    /* Headers come first, the body when it is read; it is checked on the way. */
    swc::response response = connection.get_object(container, "greeting.txt");
    std::cout << "mood: " << response.metadata("mood").value_or("unknown") << ", text: " << response.read_all();

    /* Back as a stream, from any place. */
    swc::istream in(connection, container, "numbers/squares.txt");
    in.seekg(-10, std::ios_base::end);
    int number, square;
    in >> number >> square;
    in.check();
    std::cout << "the last square is " << square << '\n';

    /* What may well be missing is asked for without an exception. */
    if (auto missing = connection.head_object<swc::nothrow>(container, "no-such-object"); !missing)
        std::cout << "no-such-object: " << missing.error().http_status() << ' ' << missing.error().reason() << '\n';

    connection.bulk_delete({"quickstart/greeting.txt", "quickstart/numbers/squares.txt", "quickstart"});
}

int main()
{
    try {
        tour(swc::connection(swc::config::from_env()));
    } catch (const swc::error &e) {
        std::cerr << swc::status_name(e.status()) << ": " << e.what() << '\n';
        return 1;
    }
}
