% style_loss of document 002, section 4.1, as it stands there: WRONG, kept for errata S2-6.
% feats is (C, H, W), so its second index is a row of the image, not a layer.
function style_losses = style_loss_of_rows(feats, style_layers, style_targets, style_weights)
    style_losses = 0;
    for i = 1:length(style_layers)
        now = gram_matrix(feats(:, style_layers(i), :), 1) - style_targets{i};
        style_losses = style_losses + style_weights(i) * sum(now(:).*now(:));
    end
end
