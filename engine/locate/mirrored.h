// The network asked twice: what it sees in an image and in its mirror image are two opinions, and what belongs to the
// scene seldom deceives both.
#pragma once

#include <memory>

#include "engine/nn/session.h"

namespace removr::locate {

// A session like locate's (the first plane is the region at 1/4 of the resolution) whose region is the geometric mean of
// both; where the plain image shows nothing, the mirrored one isn't asked. The other planes are the plain image's.
std::unique_ptr<nn::Session> Mirrored(std::unique_ptr<nn::Session> session);

}  // namespace removr::locate
