// removr engine-host, hidden: the process in which a worker's images are worked on (service/sandbox/host.h).
#pragma once

#include <string>
#include <vector>

namespace removr::app {

// The arguments that make this binary a host with the networks of that folder (--models; "" is the default's).
std::vector<std::string> EngineHostArguments(const std::string& models);

}  // namespace removr::app
