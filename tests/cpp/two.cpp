// The header in a program of two files that both include it: here the second one is used as well as the library.
#include "check.hpp"

// Both in tests/cpp/two_more.cpp.
std::string key_names();
swc::expected<swc::request> in_parts(std::uint64_t first);

int main()
{
    std::string names;
    for (const auto &key : swc::config::keys())
        names += std::string(key.name) + ' ';
    CHECK_SAME(names, key_names());
    CHECK_SAME(swc::version(), std::string_view(SWC_VERSION));
    CHECK_SAME(swc::version_number(), static_cast<std::uint32_t>(SWC_VERSION_NUMBER));
    CHECK_SAME(swc::status_name(swc::status::not_found), "SWC_ERR_NOT_FOUND");
    CHECK_SAME(swc::status_name(static_cast<swc::status>(12345)), "SWC_UNKNOWN");
    CHECK(in_parts(1).has_value());
    CHECK_STATUS(in_parts(UINT64_MAX), swc::status::invalid_argument);
}
