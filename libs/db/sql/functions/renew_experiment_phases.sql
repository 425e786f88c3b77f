-- Ends the phases that are not as their experiment is now, and starts new ones. The caller holds the catalog of templates locked.
CREATE OR REPLACE FUNCTION renew_experiment_phases(p_experiments text[])
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
  v_revision bigint;
  v_now timestamptz := clock_timestamp();
  v_place record;
  v_phase uuid;
BEGIN
  IF cardinality(p_experiments) = 0 THEN
    RETURN;
  END IF;
  SELECT revision
  INTO v_revision
  FROM mood_template_catalog;
  FOR v_place IN WITH
    plans AS (
      SELECT
        e.experiment,
        coalesce(d.kind = 'plan', false) AS is_planned,
        coalesce(d.planned_effect, 0.01) AS planned_effect,
        coalesce(d.planned_size, 5000) AS planned_size,
        coalesce(d.holdout, 0) AS holdout,
        coalesce(d.within_minutes, 60) AS within_minutes
      FROM
        unnest(p_experiments) AS e (experiment)
        LEFT JOIN LATERAL (
          SELECT *
          FROM mood_experiment_decisions AS one
          WHERE one.experiment = e.experiment
          ORDER BY one.revision DESC
          LIMIT 1
        ) AS d
          ON true
    ),
    variants AS (
      SELECT
        NULL::uuid AS phase_id,
        NULL::boolean AS is_new,
        t.experiment,
        t.mood_state,
        t.template_type,
        t.tier_level,
        t.locale,
        t.id AS template_id,
        ROW(t.id, t.weight, t.content)::text AS variant,
        ROW(p.is_planned, p.planned_effect, p.planned_size, p.holdout, p.within_minutes)::text AS plan
      FROM
        mood_messaging_templates AS t
        JOIN plans AS p ON p.experiment = t.experiment
      WHERE t.experiment = ANY (p_experiments) AND t.active
      UNION ALL
      SELECT
        p.id,
        p.xmin = pg_current_xact_id()::xid,
        p.experiment,
        p.mood_state,
        p.template_type,
        p.tier_level,
        p.locale,
        v.template_id,
        ROW(v.template_id, v.weight, t.content)::text,
        ROW(p.is_planned, p.planned_effect, p.planned_size, p.holdout, p.within_minutes)::text
      FROM
        mood_experiment_phases AS p
        JOIN mood_experiment_variants AS v ON v.phase_id = p.id AND v.template_id IS NOT NULL
        JOIN mood_template_versions AS t ON t.template_id = v.template_id AND t.version = v.template_version
      WHERE p.experiment = ANY (p_experiments) AND p.ended_at IS NULL
    )
  SELECT
    p.*,
    v.mood_state,
    v.template_type,
    v.tier_level,
    v.locale,
    (array_agg(v.phase_id) FILTER (WHERE v.phase_id IS NOT NULL))[1] AS phase_id,
    bool_or(v.is_new) AS is_new,
    array_agg(v.template_id) FILTER (WHERE v.phase_id IS NULL) AS templates
  FROM
    variants AS v
    JOIN plans AS p ON p.experiment = v.experiment
  GROUP BY
    p.experiment,
    p.is_planned,
    p.planned_effect,
    p.planned_size,
    p.holdout,
    p.within_minutes,
    v.mood_state,
    v.template_type,
    v.tier_level,
    v.locale
  HAVING
    (array_agg(v.variant || v.plan ORDER BY v.template_id) FILTER (WHERE v.phase_id IS NULL)) IS DISTINCT FROM (
      array_agg(v.variant || v.plan ORDER BY v.template_id) FILTER (WHERE v.phase_id IS NOT NULL)
    ) LOOP
    IF v_place.is_new THEN
      -- Made a moment ago, by this very transaction: nobody has seen it.
      DELETE FROM mood_experiment_variants WHERE phase_id = v_place.phase_id;
      DELETE FROM mood_experiment_phases WHERE id = v_place.phase_id;
    ELSE
      UPDATE mood_experiment_phases
      SET
        ended_at = v_now,
        ended_revision = v_revision
      WHERE id = v_place.phase_id;
    END IF;
    -- One text for everybody is no experiment.
    CONTINUE WHEN v_place.templates IS NULL OR (cardinality(v_place.templates) = 1 AND v_place.holdout = 0);
    INSERT INTO mood_experiment_phases
      (
        experiment,
        mood_state,
        template_type,
        tier_level,
        locale,
        is_planned,
        planned_effect,
        planned_size,
        holdout,
        within_minutes,
        revision,
        started_at
      )
    VALUES
      (
        v_place.experiment,
        v_place.mood_state,
        v_place.template_type,
        v_place.tier_level,
        v_place.locale,
        v_place.is_planned,
        v_place.planned_effect,
        v_place.planned_size,
        v_place.holdout,
        v_place.within_minutes,
        v_revision,
        v_now
      )
    RETURNING id
    INTO v_phase;
    INSERT INTO mood_experiment_variants (phase_id, position, template_id, template_version, weight)
    SELECT v_phase, row_number() OVER (ORDER BY t.created_at, t.id) - 1, t.id, t.version, t.weight
    FROM mood_messaging_templates AS t
    WHERE t.id = ANY (v_place.templates);
    IF v_place.holdout > 0 THEN
      INSERT INTO mood_experiment_variants (phase_id, position) VALUES (v_phase, cardinality(v_place.templates));
    END IF;
  END LOOP;
END;
$$;
