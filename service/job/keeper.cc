#include "service/job/keeper.h"

#include "base/log.h"
#include "service/job/workers.h"

namespace removr::job {
namespace {
constexpr auto kTick = std::chrono::milliseconds(50);
}

using store::Transaction;

Keeper::Keeper(store::Database& database, const Clock& clock, const WorkerSettings& settings,
               const std::atomic<bool>& stop)
    : database_(database), clock_(clock), settings_(settings), stop_(stop), thread_([this] { Loop(); }) {}

Keeper::~Keeper() {
  {
    const std::lock_guard lock(mutex_);
    leaving_ = true;
  }
  woken_.notify_all();
  thread_.join();
  const auto signed_off = database_.Write([&](Transaction& transaction) { return SignOff(transaction, settings_.id); });
  if (!signed_off) log::Warn("worker {} could not sign off: {}", settings_.id, signed_off.error().message);
}

Keeper::Hold::Hold(Keeper* keeper, const Lease& lease) : keeper_(keeper) {
  if (!keeper_) return;
  const std::lock_guard lock(keeper_->mutex_);
  keeper_->held_ = Held{lease, keeper_->clock_.Monotonic()};
}

Keeper::Hold::~Hold() {
  if (!keeper_) return;
  const std::lock_guard lock(keeper_->mutex_);
  keeper_->held_.reset();
}

void Keeper::Loop() {
  for (std::unique_lock lock(mutex_); !leaving_; woken_.wait_for(lock, kTick)) {
    lock.unlock();
    if (!ended_) {
      const Moment now = clock_.Monotonic();
      BeatIfDue(now);
      RenewIfDue(now);
      EndIfStopped(now);
    }
    lock.lock();
  }
}

void Keeper::BeatIfDue(Moment now) {
  if (beaten_at_ && now - *beaten_at_ < kBeatEvery) return;
  beaten_at_ = now;
  const auto beaten =
      database_.Write([&](Transaction& transaction) { return Beat(transaction, settings_.id, clock_.Now()); });
  if (!beaten) log::Warn("worker {} could not beat: {}", settings_.id, beaten.error().message);
}

void Keeper::RenewIfDue(Moment now) {
  auto held = InHand();
  if (!held || now - held->renewed_at < settings_.lease / 3) return;
  const auto renewed = database_.Write(
      [&](Transaction& transaction) { return Renew(transaction, held->lease, settings_.lease, clock_.Now()); });
  if (!renewed) {
    // A lost lease is found out when the image completes; until then the work goes on, it may still be ours.
    log::Warn("worker {} could not renew: {}", settings_.id, renewed.error().message);
    return;
  }
  const std::lock_guard lock(mutex_);
  if (held_) held_->renewed_at = now;
}

// Where the worker was quicker and has finished the image, there is no reason to end. Where the database is out of
// reach there is: the supervisor or the lease's end takes the image back.
void Keeper::EndIfStopped(Moment now) {
  if (!stop_) return;
  if (!stopped_at_) stopped_at_ = now;
  const auto held = InHand();
  if (!held || now - *stopped_at_ < settings_.stop_grace) return;
  const auto given_up = database_.Write([&](Transaction& transaction) -> Status {
    TRY(GiveUp(transaction, held->lease, Event::kHandBack, {}, clock_.Now()));
    return SignOff(transaction, settings_.id);
  });
  if (!given_up && given_up.error().code == ErrorCode::kConflict) return;
  ended_ = true;
  settings_.exit_process(0);
}

std::optional<Keeper::Held> Keeper::InHand() {
  const std::lock_guard lock(mutex_);
  return held_;
}

}  // namespace removr::job
