# find_package(WasiPosixSockets), then link with WasiPosixSockets::sockets. With
# wps-toolchain.cmake nothing of this is needed: wps-cc brings headers and archives along.
get_filename_component(_wps_prefix "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)
if(NOT TARGET WasiPosixSockets::sockets)
  add_library(WasiPosixSockets::sockets INTERFACE IMPORTED)
  set_target_properties(WasiPosixSockets::sockets PROPERTIES
    INTERFACE_COMPILE_OPTIONS "--config=${_wps_prefix}/share/wps/wps.cfg"
    INTERFACE_LINK_OPTIONS "--config=${_wps_prefix}/share/wps/wps.cfg")
endif()
unset(_wps_prefix)
