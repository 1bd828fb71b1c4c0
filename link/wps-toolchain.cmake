# cmake -DCMAKE_TOOLCHAIN_FILE=<prefix>/share/wps/wps-toolchain.cmake
# Builds for WASI with wps-cc. Programs run as they are, so try_run works too.
set(CMAKE_SYSTEM_NAME WASI)
set(CMAKE_SYSTEM_VERSION 1)
set(CMAKE_SYSTEM_PROCESSOR wasm32)
get_filename_component(_wps_prefix "${CMAKE_CURRENT_LIST_DIR}/../.." ABSOLUTE)
set(CMAKE_C_COMPILER "${_wps_prefix}/bin/wps-cc")
set(CMAKE_CXX_COMPILER "${_wps_prefix}/bin/wps-c++")
set(CMAKE_AR "${_wps_prefix}/bin/wps-ar" CACHE FILEPATH "archiver")
set(CMAKE_RANLIB "${_wps_prefix}/bin/wps-ranlib" CACHE FILEPATH "archive indexer")
set(CMAKE_NM "${_wps_prefix}/bin/wps-nm" CACHE FILEPATH "symbol lister")
set(CMAKE_STRIP "${_wps_prefix}/bin/wps-strip" CACHE FILEPATH "stripper")
set(PKG_CONFIG_EXECUTABLE "${_wps_prefix}/bin/wasm32-wasi-pkg-config" CACHE FILEPATH "pkg-config")
set(CMAKE_CROSSCOMPILING_EMULATOR "${_wps_prefix}/bin/wps-run")
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
# What the caller names comes first: where other libraries for WASI are installed.
list(APPEND CMAKE_FIND_ROOT_PATH "${_wps_prefix}")
list(APPEND CMAKE_MODULE_PATH "${CMAKE_CURRENT_LIST_DIR}/cmake")
# Newer CMakes have a platform file of their own, which says less than ours, and prefer it.
set(CMAKE_USER_MAKE_RULES_OVERRIDE "${CMAKE_CURRENT_LIST_DIR}/cmake/Platform/WASI.cmake")
unset(_wps_prefix)
