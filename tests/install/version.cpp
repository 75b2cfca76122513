// Ends with 0 when the library that runs is of the version of the header; in C++, with its own header where there is one.
#if __has_include(<swiftclient.hpp>)
#include <swiftclient.hpp>
#else
#include <swiftclient.h>
#endif
#include <string_view>

int main()
{
    return std::string_view(swc_version()) != SWC_VERSION;
}
