# removr_library(NAME [DATABASES] [DEPS our libraries...] [LIBS foreign libraries...])
#
# One library per folder, from all its *.cc. Beside the sources lie its tests: *_test.cc, and *_slow.cc, the plain versions
# that check fast ones; they become one executable, NAME_test. With DATABASES its tests run on SQLite, and as a whole once
# more on PostgreSQL.
function(removr_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "DATABASES" "" "DEPS;LIBS")
  file(GLOB sources CONFIGURE_DEPENDS *.cc)
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_(test|slow)\\.cc$")
  list(FILTER sources EXCLUDE REGEX "_(test|slow|main)\\.cc$")
  list(TRANSFORM arg_DEPS PREPEND removr_)
  if(sources)
    add_library(removr_${name} STATIC ${sources})
    set(scope PUBLIC)
  else()
    add_library(removr_${name} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_include_directories(removr_${name} ${scope} ${CMAKE_SOURCE_DIR})
  target_link_libraries(removr_${name} ${scope} ${arg_DEPS} ${arg_LIBS})
  if(tests)
    add_executable(${name}_test ${tests})
    target_link_libraries(${name}_test PRIVATE removr_${name} GTest::gmock GTest::gtest GTest::gtest_main)
    target_compile_definitions(${name}_test PRIVATE REMOVR_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
    target_compile_options(${name}_test PRIVATE $<$<CONFIG:Release>:-O0>)  # half the time to build, and as fast to run
    gtest_discover_tests(${name}_test TEST_PREFIX ${name}. TEST_FILTER "-PostgresTest.*" DISCOVERY_TIMEOUT 60
      PROPERTIES TIMEOUT 120)
    if(arg_DATABASES)
      add_test(NAME ${name}.on_postgresql
        COMMAND ${CMAKE_SOURCE_DIR}/tests/with_postgresql.sh $<TARGET_FILE:${name}_test> --gtest_brief=1)
      set_tests_properties(${name}.on_postgresql PROPERTIES TIMEOUT 600 SKIP_RETURN_CODE 77)
    endif()
  endif()
endfunction()
