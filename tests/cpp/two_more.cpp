// The second file of tests/cpp/two.cpp.
#include <swiftclient.hpp>

std::string key_names();
swc::expected<swc::request> in_parts(std::uint64_t first);

std::string key_names()
{
    std::string names;
    for (const auto &key : swc::config::keys())
        names += std::string(key.name) + ' ';
    return names;
}

swc::expected<swc::request> in_parts(std::uint64_t first)
{
    swc::request request;
    if (auto outcome = request.set_range<swc::nothrow>(0, 1); !outcome)
        return outcome.error();
    if (auto outcome = request.add_range<swc::nothrow>(first, UINT64_MAX); !outcome)
        return outcome.error();
    return request;
}
