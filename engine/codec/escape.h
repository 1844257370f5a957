// libjpeg and libpng leave errors by longjmp. This is the one place that catches it.
#pragma once

#include <csetjmp>

namespace removr::codec {

template <typename Body>
[[gnu::noinline]] void CallOutOfLine(Body& body) {
  body();
}

// Calls `body` and returns true, or false where it left through std::longjmp(escape, 1). Objects that `body` itself
// creates must be trivially destructible, since a jump runs no destructors; what it captures by reference is safe.
template <typename Body>
[[nodiscard]] bool Completes(std::jmp_buf& escape, Body body) {
  if (setjmp(escape) != 0) return false;
  CallOutOfLine(body);
  return true;
}

}  // namespace removr::codec
