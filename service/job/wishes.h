// What a job is to do with each of its images. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/choices.h"
#include "base/result.h"
#include "service/ledger/rules.h"

namespace removr::job {

enum class Task {
  kRemove,  // one credit an image
  kDetect,  // says what is there; no cleaned file, and free
};
std::string_view Name(Task task);  // "remove", "detect"
Task ParseTask(std::string_view name);

struct Wishes {
  Task task = Task::kRemove;
  Choices choices;
};

inline ledger::Credits CreditsPerImage(Task task) { return task == Task::kRemove ? 1 : 0; }

// One fixed spelling, "" for a plain removal: a part of what identifies a request.
inline std::string Spell(const Wishes& wishes) {
  return (wishes.task == Task::kDetect ? "detect;" : "") + Spell(wishes.choices);
}

}  // namespace removr::job
