# What CMake does not know about WASI: it looks like a Unix, and everything is static.
set(UNIX 1)
set(CMAKE_DL_LIBS "")
set(CMAKE_EXECUTABLE_SUFFIX "")
set(CMAKE_STATIC_LIBRARY_PREFIX "lib")
set(CMAKE_STATIC_LIBRARY_SUFFIX ".a")
set_property(GLOBAL PROPERTY TARGET_SUPPORTS_SHARED_LIBS FALSE)

# Where find_library and the like look, below each folder of CMAKE_FIND_ROOT_PATH.
list(APPEND CMAKE_SYSTEM_LIBRARY_PATH /lib)
list(APPEND CMAKE_SYSTEM_INCLUDE_PATH /include)
