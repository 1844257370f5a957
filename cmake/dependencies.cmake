# Every library the product links, as one imported target each. All are Debian packages (scripts/install.sh), but OpenVINO.
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(JPEG REQUIRED)
find_package(PNG REQUIRED)
pkg_check_modules(WEBP REQUIRED IMPORTED_TARGET libwebp libwebpmux libwebpdemux)
pkg_check_modules(SODIUM REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(SQLITE REQUIRED IMPORTED_TARGET sqlite3)
find_package(Boost 1.81 REQUIRED COMPONENTS json url)
find_package(spdlog REQUIRED)
find_package(CLI11 REQUIRED)
find_package(GTest REQUIRED)
include(GoogleTest)

# Debian's libopencv-dev pulls every module in; the few used here have packages of their own, without a CMake config.
find_path(OPENCV_INCLUDE opencv2/core.hpp PATH_SUFFIXES opencv4 REQUIRED)
foreach(module core imgproc photo imgcodecs dnn)
  find_library(OPENCV_${module} opencv_${module} REQUIRED)
  add_library(OpenCV::${module} SHARED IMPORTED)
  set_target_properties(OpenCV::${module} PROPERTIES IMPORTED_LOCATION ${OPENCV_${module}})
  # System includes: OpenCV's headers do not pass our warnings.
  target_include_directories(OpenCV::${module} SYSTEM INTERFACE ${OPENCV_INCLUDE})
endforeach()

find_path(SOCI_INCLUDE soci/soci.h REQUIRED)
find_library(SOCI_CORE soci_core REQUIRED)
find_library(SOCI_SQLITE soci_sqlite3 REQUIRED)
add_library(soci INTERFACE)
target_include_directories(soci SYSTEM INTERFACE ${SOCI_INCLUDE} ${SOCI_INCLUDE}/soci)
target_link_libraries(soci INTERFACE ${SOCI_SQLITE} ${SOCI_CORE} PkgConfig::SQLITE)

# OpenVINO: the system's, or the wheel's in .venv (its C API; see docs/decisions). Without either, OpenCV's dnn.
file(GLOB openvino_wheel ${CMAKE_SOURCE_DIR}/.venv/lib/python3*/site-packages/openvino/cmake)
find_package(OpenVINO QUIET COMPONENTS Runtime HINTS ${openvino_wheel})
if(OpenVINO_FOUND)
  message(STATUS "Networks run on OpenVINO ${OpenVINO_VERSION}")
else()
  message(STATUS "Networks run on OpenCV's dnn (no OpenVINO found)")
endif()
