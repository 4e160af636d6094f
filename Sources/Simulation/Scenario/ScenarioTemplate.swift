/// A scenario to begin with, commented line by line: what `witan simulate new` writes.
public enum ScenarioTemplate {
  /// YAML that reads as it stands.
  public static let text = """
    # A scenario for `witan simulate`. Every key may be left out; docs/scenarios.md lists them all.
    # For editors: `witan simulate schema > scenario.schema.json`, then
    # yaml-language-server: $schema=scenario.schema.json

    name: first
    about: Do a few careless members harm a council of honest ones?

    seed: 1                       # everything random is drawn from it: same seed, same hash
    depth: mechanism              # or protocol: every participant, message and event

    questions:
      count: 1000                 # how many are asked, one every `interval` virtual milliseconds
      interval: 1000
      classes: 3                  # or `data: iris`, `data: FILE.csv`, `stream: FOLDER` in place of classes
      difficulty: 0               # 0 leaves members their accuracy, 1 takes it down to chance

    outcomes:
      delay: 500                  # virtual milliseconds; or {uniform: [a, b]}, {exponential: mean}, …
      never: 0                    # the part that never comes
      false: 0                    # the part that is reported falsely

    rules:
      consensus: meta             # `witan mechanisms` lists what there is
      incentive:
        kind: weighted_score
        stake_limit: 20           # credits that each stakes on a question
      deposit: 1000               # credits that each brings in, at least
      sealed: false               # true: everyone commits before anyone shows an answer

    groups:                       # who takes part, in the order of seats
      - name: honest
        count: 8
        accuracy: {uniform: [0.6, 0.9]}
      - name: careless
        count: 4
        accuracy: {uniform: [0.6, 0.9]}
        strategy: {kind: noisy, share: 0.5}
        joins: 101                # before this question

    replicates: 5                 # runs with seeds of their own, for error bars

    # sweep:                      # each combination is run with the same seeds
    #   over:
    #     rules.incentive: [weighted_score, kelly, reward_and_slash]
    #     groups.careless.count: [0, 4, 8]

    """
}
